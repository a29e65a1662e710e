// Asks the engine: one request as JSON on each line of standard input, one answer on each line of standard output.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

for await (const line of createInterface({ input: process.stdin })) {
  const { policies, principal, action, resource, account, context } = JSON.parse(line)
  const { overallResult, errors } = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: account },
        contextVariables: context,
      },
      identityPolicies: policies.map((policy, number) => ({ name: `policy ${number}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
  console.log(JSON.stringify({ result: overallResult ?? null, errors }))
}
