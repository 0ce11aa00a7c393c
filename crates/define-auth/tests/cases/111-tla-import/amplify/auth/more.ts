export let subject = 'x'; subject += 'y'; export { subject as default };
