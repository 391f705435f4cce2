import { expect, it } from 'vitest';
import { testClass } from '../../tests/support/test-class.ts';
import { makeOwnClass } from './restore-copy.ts';
import { heldErasures, holdErasures } from './sync/held-erasures.ts';

it('a class of its own made from a copy knows nothing of what waited on the server of the other', () => {
  const store = testClass();
  store.transaction(() => holdErasures(store, 'p', ['["z"]']));
  makeOwnClass(store, 'own', 'Own');
  expect(heldErasures(store, 'p').size).toBe(0);
});
