import { render } from 'preact';
import { App } from './app.js';
import { followAddress } from './route.js';

followAddress();
render(<App />, document.body);
