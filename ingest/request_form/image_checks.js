'use strict';
// What the site will check about images (R10, R15, R16, L1).

function checkBodyWorn(findings, { image, bodyWorn }) {
    if (bodyWorn === null)
        return;
    for (const [name] of BODY_WORN)
        findings.need(bodyWorn[name] === null, imageField(image, name), 'body-worn-unexplained', _('Answer yes or no.'));
    findings.need(bodyWorn.warrantScreening === true, imageField(image, 'warrantScreening'), 'body-worn-screening', _('Body-worn cameras are not used to screen people for warrants. Remove this image.'));
    if (Object.values(bodyWorn).every((answer) => answer !== null) && !bodyWorn.warrantScreening &&
        !(bodyWorn.witnessed && bodyWorn.unableToApprehend && bodyWorn.stillExtracted))
        findings.hold(imageField(image, 'witnessed'), 'body-worn-conditions');
}

function checkBox(findings, { image, subjectBox }) {
    const box = subjectBox, key = imageField(image, 'box');
    findings.need(box === null && boxTouched(image), key, null, _('Enter all four numbers in whole pixels, or none.'));
    findings.need(box !== null && (box.width === 0 || box.height === 0 || box.x + box.width > image.width || box.y + box.height > image.height),
        key, null, _`The frame does not lie within the picture of ${image.width} × ${image.height} pixels.`);
}

function checkEdit(findings, answers, all, now) {
    const { image, edit } = answers, key = (name) => imageField(image, name);
    findings.need(answers.edited === null, key('edited'), null, _('Say whether the image was changed.'));
    if (edit === null)
        return;
    findings.need(edit.before === '', key('madeFrom'), 'edit-chain-broken', _('Choose the image it was made from; the original belongs in the packet too.'));
    findings.need(madeFromItself(answers, all), key('madeFrom'), 'edit-chain-broken', _('An image cannot be made from itself: look at what each was made from.'));
    findings.need(edit.operation === '', key('operation'), 'edit-not-allowed', _('Choose what was done. What is not in the list is not allowed.'));
    findings.need(edit.parameters === '', key('parameters'), null, _('Say how exactly.'));
    tooLong(findings, key('parameters'), edit.parameters, LINE);
    findings.need(edit.by === '', key('editedBy'), null, _('Enter who did it.'));
    tooLong(findings, key('editedBy'), edit.by, LINE);
    findings.need(edit.at === null, key('editedAt'), null, _('Enter date and time of the change.'));
    findings.need(edit.at > now, key('editedAt'), null, _('This time has not come yet.'));
}

function checkImage(findings, answers, all, now) {
    const { image } = answers, key = (name) => imageField(image, name);
    findings.need(answers.source === '', key('source'), 'source-missing', _('Choose where the image comes from.'));
    findings.need(answers.source === 'other' && answers.sourceText === '', key('sourceText'), 'source-unexplained', _('Say where the image comes from.'));
    tooLong(findings, key('sourceText'), answers.sourceText, LINE);
    tooLong(findings, key('recordingId'), answers.recordingId, LINE);
    findings.need(answers.capturedAt > now, key('capturedAt'), null, _('This time has not come yet.'));
    findings.need(!answers.depictsUnknownPerson, key('unknown'), 'unknown-person-not-attested', _('Tick this if it is so; otherwise remove the image.'));
    checkBodyWorn(findings, answers);
    checkBox(findings, answers);
    checkEdit(findings, answers, all, now);
}

function checkImages(findings, request, now) {
    const total = request.images.reduce((sum, image) => sum + image.size, 0);
    findings.need(request.images.length === 0, 'pick', 'images-missing', _('Add at least one image of the unknown person.'));
    findings.need(request.images.length + 1 > site.limits.files, 'pick', null, _`A packet takes at most ${site.limits.files - 1} images.`);
    findings.need(total > site.limits.totalBytes, 'pick', null, _`The images have ${bytesInWords(total)} together; a packet takes at most ${bytesInWords(site.limits.totalBytes)}.`);
    request.images.forEach((answers) => checkImage(findings, answers, request.images, now));
}
