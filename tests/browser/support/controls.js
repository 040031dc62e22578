/*
 * Every control of a page, tried as people use it: reached by Tab, worked by keys, worked by the mouse.
 *
 * Nothing is listed by hand: what there is, is asked of the page, again after each act, so that a control somebody adds
 * is tried too. A control that does nothing to be seen is a failure, as is one without a name, without a mark of the
 * focus, below something else, or out of Tab's reach.
 */
'use strict';
const assert = require('node:assert/strict');

/** Put into the page: what there is, where the focus is, and what can be seen. */
function install() {
    const SELECT = 'button, input, select, textarea, summary, a[href], [tabindex="0"]';
    const visible = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
    const name = (node) => (node.getAttribute('aria-label') || (node.labels && node.labels.length > 0 ? node.labels[0].textContent : '') ||
        (node.matches('input') ? '' : node.textContent) || '').replace(/\s+/g, ' ').trim();
    const kind = (node) => (node.matches('input') ? node.type : node.matches('[tabindex="0"]') ? 'area' : node.localName);
    const scopes = () => (document.querySelector('dialog[open]') ? [document.querySelector('dialog[open]')]
        : [...document.querySelectorAll('header, .step:not([hidden])')]);
    const all = () => {
        const seen = new Map();
        return scopes().flatMap((one) => [...one.querySelectorAll(SELECT)]).filter((node) => visible(node) && !node.disabled && !node.closest('.step-tab') &&
            (window.Controls.head || !node.closest('header'))).map((node) => {
            const stem = `${kind(node)} ${kind(node) === 'radio' ? `${node.closest('tr, fieldset, ul').textContent.slice(0, 40)}: ` : ''}${name(node)}`;
            seen.set(stem, (seen.get(stem) || 0) + 1);
            return { node, key: `${stem}${seen.get(stem) > 1 ? ` #${seen.get(stem)}` : ''}` };
        });
    };
    const of = (key) => (all().find((one) => one.key === key) || {}).node;
    const shown = () => {
        const { displays, ...state } = Draft.state;
        const values = [...document.querySelectorAll('input, textarea, select')].map((node) => `${node.checked}${node.value}`).join('|');
        const places = [...document.querySelectorAll('*')].filter((node) => node.scrollTop || node.scrollLeft).map((node) => node.scrollTop + node.scrollLeft);
        const look = [...document.querySelectorAll('header *, dialog *, .step:not([hidden]) *')].map((node) => `${node.className}${node.style.cssText}${node.hidden}` +
            (node.firstElementChild ? '' : node.textContent) + ['aria-pressed', 'aria-expanded', 'open'].map((one) => String(node.getAttribute(one))).join(''));
        return JSON.stringify([window.acts, state, values, places, window.scrollY, look]);
    };
    const describe = (node) => ({ kind: kind(node), name: name(node), checked: node.checked, group: node.name || '',
        pane: node.matches('.pane'), fits: !node.matches('.pane') && node.scrollHeight <= node.clientHeight });
    // What leaves the page is counted here, where it does so: paper, a question, a file saved or asked for.
    window.acts = 0;
    const count = (on, what, act = () => undefined) => {
        const own = on[what];
        on[what] = function counted(...words) {
            window.acts += 1;
            return act.call(this, own, words);
        };
    };
    count(window, 'print');
    count(window, 'confirm', () => false);
    count(HTMLInputElement.prototype, 'click', function unlessFile(own, words) { return this.type === 'file' ? undefined : own.apply(this, words); });
    count(HTMLAnchorElement.prototype, 'click');
    window.Controls = {
        head: true,     // also those above the steps, which are the same at each
        list: () => all().map((one) => ({ key: one.key, ...describe(one.node) })),
        focused: () => {
            const found = all().find((one) => one.node === document.activeElement);
            const style = getComputedStyle(document.activeElement);
            return found ? { key: found.key, ...describe(found.node), marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none' ||
                [...document.activeElement.parentNode.children].some((node) => getComputedStyle(node).outlineStyle !== 'none') } : null;
        },
        note: () => { window.before = shown(); },
        /** Or the focus was taken elsewhere than to the control. */
        changed: (key) => window.before !== shown() || ![of(key), document.body].includes(document.activeElement),
        /** The middle of the control on the screen, and whether the mouse would meet it there. */
        place: (key) => {
            const node = of(key);
            if (!node)
                return null;
            node.scrollIntoView({ block: 'center' });
            const target = node.matches('input[type=radio], input[type=checkbox]') && node.closest('label') ? node.closest('label') : node;
            const box = target.getBoundingClientRect();
            const at = { x: box.left + box.width / 2, y: box.top + Math.min(box.height / 2, 40) };
            const met = document.elementFromPoint(at.x, at.y);
            return { ...at, low: (node.value - node.min) / (node.max - node.min) < 0.5, checked: node.checked, width: box.width, height: box.height, met: Boolean(met) && (target.contains(met) || met.contains(target)) };
        },
        focus: (key) => { const node = of(key); if (node) node.focus(); return Boolean(node); },
    };
}

const WORDS = 'Seen.';

class Hand {
    /** `settle(page)`: bring the page back to the step; `stir[name]`: what makes a control useful first. */
    constructor(page, { settle, stir = {} }) {
        Object.assign(this, { page, settle, stir });
        this.tried = new Map(); // by keys
        this.clicked = new Set();
        this.idle = [];
    }

    list() { return this.page.evaluate(() => window.Controls.list()); }
    changed(control) { return this.page.evaluate((key) => window.Controls.changed(key), control.key); }

    async keys(control) {
        const { page } = this;
        if (control.kind === 'radio')
            return page.keyboard.press('ArrowRight');
        if (['text', 'textarea', 'number', 'search', ''].includes(control.kind))
            return page.keyboard.type(control.kind === 'number' ? '1' : WORDS);
        if (control.kind === 'range' || control.kind === 'area')
            return page.keyboard.press(control.kind === 'area' && !control.pane ? (control.flip ? 'Home' : 'End') : 'ArrowRight');
        if (control.kind === 'select')
            return page.keyboard.press(control.flip ? 'ArrowUp' : 'ArrowDown');
        return page.keyboard.press(control.kind === 'checkbox' || this.tried.size % 2 ? ' ' : 'Enter');
    }

    async mouse(control) {
        const { page } = this;
        const place = await page.evaluate((key) => window.Controls.place(key), control.key);
        if (!place)
            return false;
        if (control.kind === 'radio' && place.checked)
            return null;    // by keys; the mouse chooses another of its group, which unchecks it
        assert.ok(place.met, `the mouse does not meet ${control.key}: something lies above it`);
        if (control.kind === 'select') {    // its list is the system's own
            const select = page.getByLabel(control.name, { exact: true }).and(page.locator('select:visible')).first();
            const values = await select.locator('option').evaluateAll((all) => all.map((one) => one.value));
            await select.selectOption(values.find((value) => value !== '' && values.length > 1 && value !== values[0]) || values[0]);
            return true;
        }
        if (control.kind === 'range') {
            await page.mouse.click(place.x + place.width * (place.low ? 0.3 : -0.3), place.y);
        } else if (control.kind === 'area') {
            await page.mouse.move(place.x, place.y);
            await page.mouse.wheel(0, this.tried.size % 2 ? -240 : 240);
            await page.mouse.wheel(0, this.tried.size % 2 ? 120 : -120);
        } else {
            await page.mouse.click(place.x, place.y);
        }
        if (['text', 'textarea', 'number', ''].includes(control.kind))
            await page.keyboard.type(control.kind === 'number' ? '2' : WORDS);
        return true;
    }

    /** Act on a control; false when nothing was to be seen, even after what makes it useful. */
    async act(control, how) {
        const { page } = this;
        for (const attempt of [0, 1]) {
            const stir = Object.entries(this.stir).find(([name]) => control.key.includes(name));
            if (stir && (attempt === 1 || stir[1].first))
                await (stir[1].act || stir[1])(page);
            if (attempt === 1 || stir)
                await page.evaluate((key) => window.Controls.focus(key), control.key);
            await page.evaluate(() => window.Controls.note());
            if (how === 'keys')
                await this.keys({ ...control, flip: attempt === 1 });
            else {
                const met = await this.mouse(control);
                if (!met)
                    return met === null ? true : null;
            }
            for (let i = 0; i < (control.kind === 'area' ? 10 : 1); i++) {      // scrolling takes its time
                if (await this.changed(control))
                    return true;
                if (control.kind === 'area')
                    await page.waitForTimeout(30);
            }
        }
        return false;
    }

    async missed() { return (await this.list()).map((one) => one.key).filter((key) => !this.tried.has(key)); }

    /** Once around by Tab, or until nothing is left to try: every control not yet tried is worked by keys. */
    async round() {
        const { page } = this;
        const met = new Set();      // it is round when nothing new comes for longer than all that came (and the steps' own tabs)
        let found = 0;
        for (let since = 0; since < met.size + 20 && (since > 0 || (await this.missed()).length > 0); since++) {
            await page.keyboard.press('Tab');
            const here = await page.evaluate(() => window.Controls.focused());
            if (!here)
                continue;
            if (!met.has(here.key))
                since = 0;
            met.add(here.key);
            if (this.tried.has(here.key))
                continue;
            found++;
            assert.notEqual(here.name, '', `a control has no name: ${here.key}`);
            assert.ok(here.marked, `nothing shows that the focus is at ${here.key}`);
            this.tried.set(here.key, here);
            if (here.kind === 'radio')
                await this.radios(here);
            else if (await this.act(here, 'keys') === false && !(here.kind === 'area' && here.fits))
                this.idle.push(`${here.key} by keys`);
            await this.settle(page);
            await page.evaluate((key) => window.Controls.focus(key), here.key);
        }
        return found;
    }

    /** All of a group, by the arrow keys. */
    async radios(here) {
        const group = (await this.list()).filter((one) => one.kind === 'radio' && one.group === here.group);
        const reached = new Set();
        for (let i = 0; i <= group.length; i++) {
            await this.page.keyboard.press(group.length === 1 ? ' ' : 'ArrowRight');
            const now = await this.page.evaluate(() => window.Controls.focused());
            if (now)
                reached.add(now.key);
            assert.ok(!now || now.checked, `${here.key}: an arrow key chooses nothing`);
        }
        for (const one of group) {
            assert.ok(reached.has(one.key), `the arrow keys never come to ${one.key}: ${[...reached]}`);
            this.tried.set(one.key, one);
        }
    }

    /** All that can be seen, by Tab and keys, then each by the mouse; says what did nothing. */
    async everything() {
        while (await this.round() > 0);
        assert.deepEqual(await this.missed(), [], 'Tab does not come to these');
        for (const control of this.tried.values()) {
            if (this.clicked.has(control.key) || (control.kind === 'area' && control.fits))
                continue;
            const did = await this.act(control, 'mouse');
            if (did !== null)
                this.clicked.add(control.key);
            if (did === false)
                this.idle.push(`${control.key} by mouse`);
            await this.settle(this.page);
        }
        return this.idle;
    }
}

exports.Hand = Hand;
exports.install = (page) => page.evaluate(install);
