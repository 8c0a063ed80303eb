import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Service } from './service.ts';
import type { Session } from './session.ts';

export interface SignedIn {
  readonly service: Service;
  readonly session: Session;
  /** Whether this person may change something. */
  readonly mayChange: boolean;
  readonly isOperator: boolean;
  /** Called when the service does not know the session any more. */
  onSessionEnd(): void;
}

export const SignedInContext = createContext<SignedIn | undefined>(undefined);

export function useSignedIn(): SignedIn {
  const signedIn = useContext(SignedInContext);
  if (signedIn === undefined) throw new Error('nobody is signed in');
  return signedIn;
}
