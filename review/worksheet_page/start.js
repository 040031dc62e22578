/*
 * Begins the worksheet once every script of the page was read.
 */
document.addEventListener('DOMContentLoaded', () => {
    'use strict';
    Draft.load();
    ({ hold: Hold, intake: Intake, investigation: Investigation, background: Background, peer: Peer, supervision: Supervision })[Data.stage].create();
    Header.start();
    Steps.start();
    Keys.start();
    Displays.start();
    Draft.keep();
});
