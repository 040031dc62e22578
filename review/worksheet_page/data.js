/*
 * What this worksheet is about: the facts and pictures that were put into the file when it was made.
 *
 * Nothing here changes. Times come in words of the site's zone, because a page cannot know that zone.
 */
const Data = (() => {
    'use strict';
    const element = document.getElementById('data');
    const all = JSON.parse(element.textContent);
    element.remove();   // several megabytes nobody looks at again

    /** A stored UTC time as people of the site read it. */
    const time = (utc) => all.times[utc] || utc || '';

    const componentWords = (code) => {
        const found = all.components.find((one) => one.code === code);
        return found ? found.words : code;
    };

    /** Entry {source, width, height, …} of a picture; `face` asks for the aligned one and falls back on the whole. */
    const picture = (label, face) => (face && all.pictures[label + '-face']) || all.pictures[label];

    const hasFace = (label) => Boolean(all.pictures[label + '-face']);

    /** The pictures to be judged, in the order the item's seed gave them. */
    const candidates = (all.facts.candidates || all.facts.photos || []).map((one) => one.label);

    return { stage: all.stage, facts: all.facts, words: all.words, measures: all.measures, components: all.components,
        time, componentWords, picture, hasFace, candidates };
})();
