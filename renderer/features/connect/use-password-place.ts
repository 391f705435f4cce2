import { useEffect, useState } from 'react';
import type { Result } from '../../../shared/contract/contract.ts';
import { call } from '../../client.ts';

/** Where a password typed here goes, and whether one is stored for a connection; null until it is known. */
export type PasswordPlace = Result<'app.passwords'> | null;

/** Asks where passwords go on this PC, and whether there is one for a connection. */
export function usePasswordPlace(connectionId: string | null): PasswordPlace {
  const [place, setPlace] = useState<PasswordPlace>(null);
  useEffect(() => {
    let shown = true;
    call('app.passwords', connectionId === null ? {} : { connectionId }).then(
      (answer) => {
        if (shown) setPlace(answer);
      },
      // Nothing is claimed where nobody answers.
      () => {},
    );
    return () => {
      shown = false;
    };
  }, [connectionId]);
  return place;
}
