/**
 * `isomorphic-ws` as a browser sees it: the native class.
 *
 * The package's own types are those of `ws`, which would bring Node's globals into browser code.
 */
declare const WebSocketConstructor: typeof WebSocket;
export default WebSocketConstructor;
