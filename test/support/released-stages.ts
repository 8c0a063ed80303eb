/**
 * The stages of cdk.json as a release has them. Tests use these and not the file, in which a team writes its own: their
 * results, and the snapshots, are then the same in every copy of the project.
 */
export const RELEASED_STAGES = {
  dev: {
    keepsData: false,
    logRetentionDays: 7,
    logLevel: 'debug',
    rollout: 'all-at-once',
    workerConcurrency: 2,
    apiThrottle: { rate: 2, burst: 3 },
    webhookThrottle: { rate: 1, burst: 1 },
    apiConcurrency: null,
    webhookConcurrency: null,
    uploadConcurrency: null,
  },
  staging: { keepsData: true },
  production: { keepsData: true, logRetentionDays: 90, alarmAddress: 'alarms@example.com' },
} as const;
