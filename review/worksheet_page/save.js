/*
 * Handing a file to the person, without asking anybody.
 */
const Save = (() => {
    'use strict';
    /** The item's name, which the record calls it by too. */
    const baseName = () => `${Data.facts.docket}-${Data.stage}-${Data.facts.round}-${Data.facts.slot}`;

    const file = (name, type, text) => {
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob([text], { type }));
        link.download = name;
        link.click();
        window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    };
    return { baseName, file };
})();
