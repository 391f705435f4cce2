import type { TFunction } from 'i18next';
import type { TestStep } from '../../../shared/contract/connection.ts';
import type { Format } from '../../format.ts';

/** The short fact at the end of a step's line: an address, a name, a version, how long it took. */
export function stepFact(step: TestStep, t: TFunction, format: Format): string {
  const { params, state } = step;
  const text = (name: string): string => String(params[name] ?? '');
  if (state !== 'ok' && state !== 'warning') return '';
  switch (step.id) {
    case 'name':
      return text('address');
    case 'tcp':
      return step.ms === null ? '' : t('sync:test.ms', { ms: format.number(step.ms) });
    case 'tls':
      return text('issuer') || text('protocol');
    case 'login':
      return text('user');
    case 'database':
      return text('database');
    case 'version':
      return text('version');
    case 'rights':
    case 'schema':
      return '';
    case 'clock': {
      const offset = Number(params['offsetMs'] ?? 0);
      const amount =
        Math.abs(offset) < 1000
          ? t('sync:test.ms', { ms: format.number(Math.abs(offset)) })
          : t('sync:test.seconds', { seconds: format.number(Math.round(Math.abs(offset) / 1000)) });
      return offset === 0 ? amount : t(offset > 0 ? 'sync:test.behind' : 'sync:test.ahead', { amount });
    }
  }
}

/** What a step says, by how it ended. */
export function stepText(step: TestStep, values: { readonly port: string }, t: TFunction): string {
  const { id, state, code } = step;
  if (id === 'tcp' && state !== 'waiting' && state !== 'skipped')
    return t(state === 'failed' ? 'sync:test.step.tcp' : 'sync:test.done.tcp', values);
  if (id === 'schema' && code === 'schema-missing') return t('sync:test.emptyDatabase');
  if (id === 'schema' && code === 'schema-older') return t('sync:test.olderDatabase');
  if (id === 'tls' && code === 'not-verified') return t('sync:test.notVerified');
  // A step that was not reached took no time; one that ran and was skipped had nothing to do.
  if (id === 'tls' && (code === 'not-encrypted' || (state === 'skipped' && step.ms !== null)))
    return t('sync:test.notEncrypted');
  return t(state === 'ok' ? `sync:test.done.${id}` : `sync:test.step.${id}`, values);
}
