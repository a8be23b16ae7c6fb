/** What a connection may do, as lists of ARNs. */
interface Rights {
  readonly connect: readonly string[];
  readonly publish?: readonly string[];
  readonly subscribe: readonly string[];
  readonly receive: readonly string[];
}

const disconnectAfterInSeconds = 86_400;
const refreshAfterInSeconds = 3_600;

/** The answer of an IoT custom authorizer that lets somebody in. The principal may hold letters and digits only. */
export function allowed(principalId: string, rights: Rights) {
  const statement = (Action: string, Resource: readonly string[] | undefined) =>
    Resource === undefined || Resource.length === 0 ? [] : [{ Effect: 'Allow', Action, Resource }];
  const policy = {
    Version: '2012-10-17',
    Statement: [
      ...statement('iot:Connect', rights.connect),
      ...statement('iot:Publish', rights.publish),
      ...statement('iot:Subscribe', rights.subscribe),
      ...statement('iot:Receive', rights.receive),
    ],
  };
  return {
    isAuthenticated: true,
    principalId: letters(principalId),
    disconnectAfterInSeconds,
    refreshAfterInSeconds,
    policyDocuments: [JSON.stringify(policy)],
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
