import { render } from 'preact';
import { Gate } from './sign-in/gate.tsx';
import { takeKey } from './sign-in/take-key.ts';

const app = document.getElementById('app');
// The key must be gone from the address before anything else happens.
if (app) render(<Gate givenKey={takeKey(location, history)} />, app);
