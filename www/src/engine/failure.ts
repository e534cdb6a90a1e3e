// Errors as values: whatever was thrown becomes a Failure with a code and a message.
import type { Failure } from './types.gen.ts';

/** Codes of the page's own making, beside the engine's SQLSTATEs. */
export const codes = {
  /** The statement was cancelled (SQLSTATE query_canceled). */
  cancelled: '57014',
  /** The engine's instance trapped (SQLSTATE internal_error). */
  trapped: 'XX000',
  /** A query reads a table that is not there (SQLSTATE undefined_table). */
  unknownTable: '42P01',
  /** A call with nothing to work on, such as planning a text without a query (SQLSTATE invalid_parameter_value). */
  wrongCall: '22023',
  /** Something that this build does not do (SQLSTATE feature_not_supported). */
  unsupported: '0A000',
  /** The engine's files did not arrive or could not be compiled (SQLSTATE connection_failure). */
  unavailable: '08006',
} as const;

export function failure(code: string, message: string, hint: string | null = null): Failure {
  return { code, message, hint, span: null };
}

export function isFailure(thrown: unknown): thrown is Failure {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    typeof (thrown as Partial<Failure>).code === 'string' &&
    typeof (thrown as Partial<Failure>).message === 'string'
  );
}

/** What was thrown, as a Failure. Fields that a failure may lack are filled in. */
export function asFailure(thrown: unknown): Failure {
  if (isFailure(thrown)) {
    return { code: thrown.code, message: thrown.message, hint: thrown.hint ?? null, span: thrown.span ?? null };
  }
  return failure(codes.trapped, thrown instanceof Error ? thrown.message : String(thrown));
}

/** A Failure that can be thrown: what promises of the client and of the library reject with. */
export class EngineError extends Error implements Failure {
  readonly code: string;
  readonly hint: string | null;
  readonly span: Failure['span'];

  constructor(cause: Failure) {
    super(cause.message);
    this.name = 'EngineError';
    this.code = cause.code;
    this.hint = cause.hint;
    this.span = cause.span;
  }
}
