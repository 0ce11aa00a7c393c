export type Stage = 'dev' | 'prod';
interface StageConfig { domain?: string; strict: boolean }
export const stages: Record<Stage, StageConfig> = { dev: { strict: false }, prod: { domain: 'app.acme.example', strict: true } };
