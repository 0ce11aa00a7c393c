export default 'dyn';
