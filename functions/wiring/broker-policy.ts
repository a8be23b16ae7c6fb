/** What a connection may do, as lists of ARNs. */
interface Rights {
  readonly connect: readonly string[];
  readonly publish?: readonly string[];
  /** What `publish` would let through: a star also stands for slashes. */
  readonly neverPublish?: readonly string[];
  readonly subscribe: readonly string[];
  readonly receive: readonly string[];
}

const disconnectAfterInSeconds = 86_400;
const refreshAfterInSeconds = 3_600;

/**
 * The answer of an IoT custom authorizer that lets somebody in. The principal may hold letters and digits only, and a
 * policy document 2048 characters, so each statement is a document of its own.
 */
export function allowed(principalId: string, rights: Rights) {
  const document = (Effect: 'Allow' | 'Deny', Action: string, Resource: readonly string[] = []) =>
    Resource.length === 0
      ? []
      : [JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource }] })];
  return {
    isAuthenticated: true,
    principalId: letters(principalId),
    disconnectAfterInSeconds,
    refreshAfterInSeconds,
    policyDocuments: [
      ...document('Allow', 'iot:Connect', rights.connect),
      ...document('Allow', 'iot:Publish', rights.publish),
      ...document('Deny', 'iot:Publish', rights.neverPublish),
      ...document('Allow', 'iot:Subscribe', rights.subscribe),
      ...document('Allow', 'iot:Receive', rights.receive),
    ],
  };
}

export function denied(principalId: string) {
  return {
    isAuthenticated: false,
    principalId: letters(principalId),
    disconnectAfterInSeconds,
    refreshAfterInSeconds,
    policyDocuments: [],
  };
}

function letters(principalId: string): string {
  return principalId.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 128) || 'nobody';
}
