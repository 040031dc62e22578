'use strict';
// The images of the packet: taken from a drop or a dialogue, looked at, shown.

/** {file, name, bytes, digest, type, width, height, card, number} in the order of the list. */
const images = [];
let lastImage = 0;

const MOVING = /\.(mp4|mov|avi|mkv|webm|m4v|mpe?g|ts|wmv|3gp|gif|m3u8)$/i;

/** By its first bytes: the name may say anything. */
function typeOf(bytes) {
    const starts = (...wanted) => wanted.every((byte, i) => bytes[i] === byte);
    return starts(0xff, 0xd8, 0xff) ? 'JPEG' : starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ? 'PNG' : '';
}

/** A name every file system takes, which no other image of the packet has. */
function nameInPacket(file, type) {
    const ending = type === 'JPEG' ? '.jpg' : '.png';
    const stem = slug(file.name.replace(/\.[^.]*$/, ''), 'image');
    const taken = (name) => images.some((image) => image.name.toLowerCase() === name.toLowerCase());
    let name = stem + ending;
    for (let number = 2; taken(name); number++)
        name = `${stem}-${number}${ending}`;
    return name;
}

/** Why this file cannot be a probe, in words; '' when it can. */
function whyNot(file, bytes, type) {
    if (MOVING.test(file.name))
        return _`is a video or an animation. Only still images are taken: extract a still as JPEG or PNG (clause ${site.rules['not-a-still'].clause}).`;
    if (type === '')
        return _('is neither JPEG nor PNG. Save it as JPEG or PNG in the program it comes from, and add that.');
    if (bytes.length > site.limits.fileBytes)
        return _`has ${bytesInWords(bytes.length)}; this site takes at most ${bytesInWords(site.limits.fileBytes)} for one image.`;
    return '';
}

/** The picture as the browser can show it; null when it cannot be decoded. */
async function pictureOf(bytes, type) {
    const picture = make('img', { alt: '' });
    picture.src = URL.createObjectURL(new Blob([bytes], { type: type === 'JPEG' ? 'image/jpeg' : 'image/png' }));
    try {
        await picture.decode();
        return picture;
    } catch {
        URL.revokeObjectURL(picture.src);
        return null;
    }
}

/** What became of one file: '' when it is in the list now, else why it is not. */
async function addImage(file) {
    let bytes;
    try {
        bytes = new Uint8Array(await file.arrayBuffer());
    } catch {
        return _('cannot be read. Is it a folder? Add the images in it.');
    }
    const type = typeOf(bytes), reason = whyNot(file, bytes, type);
    if (reason !== '')
        return reason;
    const picture = await pictureOf(bytes, type);
    if (picture === null)
        return _('is damaged: it cannot be shown. Export it again from its source.');
    const digest = await sha256(bytes);
    if (images.some((image) => image.digest === digest))
        return _('is in the list already.');
    const image = { file, bytes, digest, type, picture, number: ++lastImage, name: nameInPacket(file, type),
        width: picture.naturalWidth, height: picture.naturalHeight };
    images.push(image);
    image.card = imageCard(image);
    byId('image-list').append(image.card);
    restoreImage(image);
    return '';
}

/** One after the other, so that they stand in the order in which they were chosen. */
async function addImages(files) {
    const answer = byId('drop-answer'), refused = [];
    let added = 0;
    for (const file of files) {
        const reason = await addImage(file);
        if (reason === '')
            added++;
        else
            refused.push(make('li', {}, make('strong', {}, file.name), ` ${reason}`));
    }
    answer.replaceChildren(added > 0 ? make('p', {}, plural(added, _('1 image added.'), _`${added} images added.`)) : '',
        refused.length > 0 ? make('div', { class: 'refused' }, make('p', {}, _('Not added:')), make('ul', {}, refused)) : '');
    imagesChanged();
}

function removeImage(image) {
    URL.revokeObjectURL(image.picture.src);
    images.splice(images.indexOf(image), 1);
    image.card.remove();
    imagesChanged();
    byId('drop-answer').replaceChildren(make('p', {}, _`${image.name} removed.`));
    byId('pick').focus();
}

/** Numbers, and the lists of what an image may have been made from. */
function imagesChanged() {
    images.forEach((image, i) => {
        image.card.querySelector('.number').textContent = `${i + 1}. `;
        fillOriginals(image);
    });
    showWhatApplies();
    draftChanged();
    checkAgain();
}

function prepareImages() {
    const drop = byId('drop'), pick = byId('pick');
    byId('drop-limits').textContent = _`At most ${bytesInWords(site.limits.fileBytes)} for one image, ${bytesInWords(site.limits.totalBytes)} and ${site.limits.files - 1} images for a packet.`;
    pick.addEventListener('change', async () => {
        await addImages([...pick.files]);
        pick.value = '';
    });
    // Anywhere on the page: a picture dropped beside the box would otherwise replace the page, and the form with it.
    document.addEventListener('dragover', (event) => {
        event.preventDefault();
        drop.classList.add('over');
    });
    document.addEventListener('dragleave', (event) => {
        if (event.relatedTarget === null)
            drop.classList.remove('over');
    });
    document.addEventListener('drop', (event) => {
        event.preventDefault();
        drop.classList.remove('over');
        if (shown(drop))
            addImages([...event.dataTransfer.files]);
    });
}
