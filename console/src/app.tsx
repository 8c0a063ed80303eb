import { render } from 'preact';
import { RequireSession } from './sign-in/require-session.tsx';
import { takeKey } from './sign-in/take-key.ts';

const app = document.getElementById('app');
// The key must be gone from the address before anything else happens.
if (app) render(<RequireSession givenKey={takeKey(location, history)} />, app);
