/*
 * Begins the worksheet once every script of the page was read.
 */
document.addEventListener('DOMContentLoaded', () => {
    'use strict';
    Draft.load();
    const stages = { investigation: Investigation, peer: Peer };
    if (!stages[Data.stage]) {
        document.body.append(Dom.make('main', {}, Dom.make('h1', {}, 'Use worksheet.pdf for this stage.')));
        return;
    }
    stages[Data.stage].create();
    Header.start();
    Steps.start();
    Keys.start();
    Displays.start();
    Draft.keep();
});
