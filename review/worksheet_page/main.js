'use strict';
document.body.append(JSON.parse(document.getElementById('data').textContent).stage);
