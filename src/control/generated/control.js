/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $Array = $util.global.Array;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const ipsec_relay = $root.ipsec_relay = (() => {

    /**
     * Namespace ipsec_relay.
     * @exports ipsec_relay
     * @namespace
     */
    const ipsec_relay = {};

    ipsec_relay.control = (function() {

        /**
         * Namespace control.
         * @memberof ipsec_relay
         * @namespace
         */
        const control = {};

        control.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof ipsec_relay.control
             * @namespace
             */
            const v1 = {};

            v1.Request = (function() {

                /**
                 * Properties of a Request.
                 * @typedef {Object} ipsec_relay.control.v1.Request.$Properties
                 * @property {number|null} [version] Request version
                 * @property {number|null} [id] Request id
                 * @property {ipsec_relay.control.v1.StatusRequest.$Properties|null} [status] Request status
                 * @property {ipsec_relay.control.v1.AddSasRequest.$Properties|null} [addSas] Request addSas
                 * @property {ipsec_relay.control.v1.ListSasRequest.$Properties|null} [listSas] Request listSas
                 * @property {ipsec_relay.control.v1.DeleteSasRequest.$Properties|null} [deleteSas] Request deleteSas
                 * @property {ipsec_relay.control.v1.FlushSasRequest.$Properties|null} [flushSas] Request flushSas
                 * @property {ipsec_relay.control.v1.MonitorRequest.$Properties|null} [monitor] Request monitor
                 * @property {ipsec_relay.control.v1.ReloadRequest.$Properties|null} [reload] Request reload
                 * @property {ipsec_relay.control.v1.StopRequest.$Properties|null} [stop] Request stop
                 * @property {"status"|"addSas"|"listSas"|"deleteSas"|"flushSas"|"monitor"|"reload"|"stop"} [command] Request command
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Request.
                 * @memberof ipsec_relay.control.v1
                 * @interface IRequest
                 * @augments ipsec_relay.control.v1.Request.$Properties
                 * @deprecated Use ipsec_relay.control.v1.Request.$Properties instead.
                 */

                /**
                 * Narrowed shape of a Request.
                 * @typedef {{
                 *   version?: number|null;
                 *   id?: number|null;
                 *   status?: ipsec_relay.control.v1.StatusRequest.$Shape|null;
                 *   addSas?: ipsec_relay.control.v1.AddSasRequest.$Shape|null;
                 *   listSas?: ipsec_relay.control.v1.ListSasRequest.$Shape|null;
                 *   deleteSas?: ipsec_relay.control.v1.DeleteSasRequest.$Shape|null;
                 *   flushSas?: ipsec_relay.control.v1.FlushSasRequest.$Shape|null;
                 *   monitor?: ipsec_relay.control.v1.MonitorRequest.$Shape|null;
                 *   reload?: ipsec_relay.control.v1.ReloadRequest.$Shape|null;
                 *   stop?: ipsec_relay.control.v1.StopRequest.$Shape|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ command?: undefined; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null }|{ command?: "status"; status: ipsec_relay.control.v1.StatusRequest.$Shape; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null }|{ command?: "addSas"; status?: null; addSas: ipsec_relay.control.v1.AddSasRequest.$Shape; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null }|{ command?: "listSas"; status?: null; addSas?: null; listSas: ipsec_relay.control.v1.ListSasRequest.$Shape; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null }|{ command?: "deleteSas"; status?: null; addSas?: null; listSas?: null; deleteSas: ipsec_relay.control.v1.DeleteSasRequest.$Shape; flushSas?: null; monitor?: null; reload?: null; stop?: null }|{ command?: "flushSas"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas: ipsec_relay.control.v1.FlushSasRequest.$Shape; monitor?: null; reload?: null; stop?: null }|{ command?: "monitor"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor: ipsec_relay.control.v1.MonitorRequest.$Shape; reload?: null; stop?: null }|{ command?: "reload"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload: ipsec_relay.control.v1.ReloadRequest.$Shape; stop?: null }|{ command?: "stop"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop: ipsec_relay.control.v1.StopRequest.$Shape })
                 * )} ipsec_relay.control.v1.Request.$Shape
                 */

                /**
                 * Constructs a new Request.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a Request.
                 * @constructor
                 * @param {ipsec_relay.control.v1.Request.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Request = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Request version.
                 * @member {number} version
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                Request.prototype.version = 0;

                /**
                 * Request id.
                 * @member {number} id
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                Request.prototype.id = 0;

                /**
                 * Request status.
                 * @member {ipsec_relay.control.v1.StatusRequest.$Properties|null|undefined} status
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                Request.prototype.status = null;

                /**
                 * Request addSas.
                 * @member {ipsec_relay.control.v1.AddSasRequest.$Properties|null|undefined} addSas
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                Request.prototype.addSas = null;

                /**
                 * Request listSas.
                 * @member {ipsec_relay.control.v1.ListSasRequest.$Properties|null|undefined} listSas
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                Request.prototype.listSas = null;

                /**
                 * Request deleteSas.
                 * @member {ipsec_relay.control.v1.DeleteSasRequest.$Properties|null|undefined} deleteSas
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                Request.prototype.deleteSas = null;

                /**
                 * Request flushSas.
                 * @member {ipsec_relay.control.v1.FlushSasRequest.$Properties|null|undefined} flushSas
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                Request.prototype.flushSas = null;

                /**
                 * Request monitor.
                 * @member {ipsec_relay.control.v1.MonitorRequest.$Properties|null|undefined} monitor
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                Request.prototype.monitor = null;

                /**
                 * Request reload.
                 * @member {ipsec_relay.control.v1.ReloadRequest.$Properties|null|undefined} reload
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                Request.prototype.reload = null;

                /**
                 * Request stop.
                 * @member {ipsec_relay.control.v1.StopRequest.$Properties|null|undefined} stop
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                Request.prototype.stop = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * Request command.
                 * @member {"status"|"addSas"|"listSas"|"deleteSas"|"flushSas"|"monitor"|"reload"|"stop"|undefined} command
                 * @memberof ipsec_relay.control.v1.Request
                 * @instance
                 */
                $Object.defineProperty(Request.prototype, "command", {
                    get: $util.oneOfGetter($oneOfFields = ["status", "addSas", "listSas", "deleteSas", "flushSas", "monitor", "reload", "stop"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new Request instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.Request
                 * @static
                 * @param {ipsec_relay.control.v1.Request.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.Request} Request instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.Request.$Shape): ipsec_relay.control.v1.Request & ipsec_relay.control.v1.Request.$Shape;
                 *   (properties?: ipsec_relay.control.v1.Request.$Properties): ipsec_relay.control.v1.Request;
                 * }}
                 */
                Request.create = function(properties) {
                    return new Request(properties);
                };

                /**
                 * Encodes the specified Request message. Does not implicitly {@link ipsec_relay.control.v1.Request.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.Request
                 * @static
                 * @param {ipsec_relay.control.v1.Request.$Properties} message Request message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Request.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.version);
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.id);
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
                        $root.ipsec_relay.control.v1.StatusRequest.encode(message.status, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                    if (message.addSas != null && $Object.hasOwnProperty.call(message, "addSas"))
                        $root.ipsec_relay.control.v1.AddSasRequest.encode(message.addSas, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                    if (message.listSas != null && $Object.hasOwnProperty.call(message, "listSas"))
                        $root.ipsec_relay.control.v1.ListSasRequest.encode(message.listSas, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                    if (message.deleteSas != null && $Object.hasOwnProperty.call(message, "deleteSas"))
                        $root.ipsec_relay.control.v1.DeleteSasRequest.encode(message.deleteSas, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                    if (message.flushSas != null && $Object.hasOwnProperty.call(message, "flushSas"))
                        $root.ipsec_relay.control.v1.FlushSasRequest.encode(message.flushSas, writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
                    if (message.monitor != null && $Object.hasOwnProperty.call(message, "monitor"))
                        $root.ipsec_relay.control.v1.MonitorRequest.encode(message.monitor, writer.uint32(/* id 15, wireType 2 =*/122).fork(), _depth + 1).ldelim();
                    if (message.reload != null && $Object.hasOwnProperty.call(message, "reload"))
                        $root.ipsec_relay.control.v1.ReloadRequest.encode(message.reload, writer.uint32(/* id 16, wireType 2 =*/130).fork(), _depth + 1).ldelim();
                    if (message.stop != null && $Object.hasOwnProperty.call(message, "stop"))
                        $root.ipsec_relay.control.v1.StopRequest.encode(message.stop, writer.uint32(/* id 17, wireType 2 =*/138).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.Request
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Request & ipsec_relay.control.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Request.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.Request();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        case 10: {
                                if (wireType !== 2)
                                    break;
                                message.status = $root.ipsec_relay.control.v1.StatusRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.status);
                                message.command = "status";
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                message.addSas = $root.ipsec_relay.control.v1.AddSasRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.addSas);
                                message.command = "addSas";
                                continue;
                            }
                        case 12: {
                                if (wireType !== 2)
                                    break;
                                message.listSas = $root.ipsec_relay.control.v1.ListSasRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.listSas);
                                message.command = "listSas";
                                continue;
                            }
                        case 13: {
                                if (wireType !== 2)
                                    break;
                                message.deleteSas = $root.ipsec_relay.control.v1.DeleteSasRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.deleteSas);
                                message.command = "deleteSas";
                                continue;
                            }
                        case 14: {
                                if (wireType !== 2)
                                    break;
                                message.flushSas = $root.ipsec_relay.control.v1.FlushSasRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.flushSas);
                                message.command = "flushSas";
                                continue;
                            }
                        case 15: {
                                if (wireType !== 2)
                                    break;
                                message.monitor = $root.ipsec_relay.control.v1.MonitorRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.monitor);
                                message.command = "monitor";
                                continue;
                            }
                        case 16: {
                                if (wireType !== 2)
                                    break;
                                message.reload = $root.ipsec_relay.control.v1.ReloadRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.reload);
                                message.command = "reload";
                                continue;
                            }
                        case 17: {
                                if (wireType !== 2)
                                    break;
                                message.stop = $root.ipsec_relay.control.v1.StopRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.stop);
                                message.command = "stop";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a Request message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.Request
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                Request.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    let properties = {};
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                        if (!$util.isInteger(message.version))
                            return "version: integer expected";
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                        if (!$util.isInteger(message.id))
                            return "id: integer expected";
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status")) {
                        properties.command = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.StatusRequest.verify(message.status, _depth + 1);
                            if (error)
                                return "status." + error;
                        }
                    }
                    if (message.addSas != null && $Object.hasOwnProperty.call(message, "addSas")) {
                        if (properties.command === 1)
                            return "command: multiple values";
                        properties.command = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.AddSasRequest.verify(message.addSas, _depth + 1);
                            if (error)
                                return "addSas." + error;
                        }
                    }
                    if (message.listSas != null && $Object.hasOwnProperty.call(message, "listSas")) {
                        if (properties.command === 1)
                            return "command: multiple values";
                        properties.command = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.ListSasRequest.verify(message.listSas, _depth + 1);
                            if (error)
                                return "listSas." + error;
                        }
                    }
                    if (message.deleteSas != null && $Object.hasOwnProperty.call(message, "deleteSas")) {
                        if (properties.command === 1)
                            return "command: multiple values";
                        properties.command = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.DeleteSasRequest.verify(message.deleteSas, _depth + 1);
                            if (error)
                                return "deleteSas." + error;
                        }
                    }
                    if (message.flushSas != null && $Object.hasOwnProperty.call(message, "flushSas")) {
                        if (properties.command === 1)
                            return "command: multiple values";
                        properties.command = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.FlushSasRequest.verify(message.flushSas, _depth + 1);
                            if (error)
                                return "flushSas." + error;
                        }
                    }
                    if (message.monitor != null && $Object.hasOwnProperty.call(message, "monitor")) {
                        if (properties.command === 1)
                            return "command: multiple values";
                        properties.command = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.MonitorRequest.verify(message.monitor, _depth + 1);
                            if (error)
                                return "monitor." + error;
                        }
                    }
                    if (message.reload != null && $Object.hasOwnProperty.call(message, "reload")) {
                        if (properties.command === 1)
                            return "command: multiple values";
                        properties.command = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.ReloadRequest.verify(message.reload, _depth + 1);
                            if (error)
                                return "reload." + error;
                        }
                    }
                    if (message.stop != null && $Object.hasOwnProperty.call(message, "stop")) {
                        if (properties.command === 1)
                            return "command: multiple values";
                        properties.command = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.StopRequest.verify(message.stop, _depth + 1);
                            if (error)
                                return "stop." + error;
                        }
                    }
                    return null;
                };

                /**
                 * Gets the type url for Request
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.Request
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                Request.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.Request";
                };

                return Request;
            })();

            v1.Response = (function() {

                /**
                 * Properties of a Response.
                 * @typedef {Object} ipsec_relay.control.v1.Response.$Properties
                 * @property {number|null} [version] Response version
                 * @property {number|null} [id] Response id
                 * @property {ipsec_relay.control.v1.Failure.$Properties|null} [failure] Response failure
                 * @property {ipsec_relay.control.v1.Status.$Properties|null} [status] Response status
                 * @property {ipsec_relay.control.v1.AddSasResult.$Properties|null} [addSas] Response addSas
                 * @property {ipsec_relay.control.v1.SaList.$Properties|null} [saList] Response saList
                 * @property {ipsec_relay.control.v1.DeletedSas.$Properties|null} [deletedSas] Response deletedSas
                 * @property {ipsec_relay.control.v1.Event.$Properties|null} [event] Response event
                 * @property {ipsec_relay.control.v1.Done.$Properties|null} [done] Response done
                 * @property {"failure"|"status"|"addSas"|"saList"|"deletedSas"|"event"|"done"} [result] Response result
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Response.
                 * @memberof ipsec_relay.control.v1
                 * @interface IResponse
                 * @augments ipsec_relay.control.v1.Response.$Properties
                 * @deprecated Use ipsec_relay.control.v1.Response.$Properties instead.
                 */

                /**
                 * Narrowed shape of a Response.
                 * @typedef {{
                 *   version?: number|null;
                 *   id?: number|null;
                 *   failure?: ipsec_relay.control.v1.Failure.$Shape|null;
                 *   status?: ipsec_relay.control.v1.Status.$Shape|null;
                 *   addSas?: ipsec_relay.control.v1.AddSasResult.$Shape|null;
                 *   saList?: ipsec_relay.control.v1.SaList.$Shape|null;
                 *   deletedSas?: ipsec_relay.control.v1.DeletedSas.$Shape|null;
                 *   event?: ipsec_relay.control.v1.Event.$Shape|null;
                 *   done?: ipsec_relay.control.v1.Done.$Shape|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ result?: undefined; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas?: null; event?: null; done?: null }|{ result?: "failure"; failure: ipsec_relay.control.v1.Failure.$Shape; status?: null; addSas?: null; saList?: null; deletedSas?: null; event?: null; done?: null }|{ result?: "status"; failure?: null; status: ipsec_relay.control.v1.Status.$Shape; addSas?: null; saList?: null; deletedSas?: null; event?: null; done?: null }|{ result?: "addSas"; failure?: null; status?: null; addSas: ipsec_relay.control.v1.AddSasResult.$Shape; saList?: null; deletedSas?: null; event?: null; done?: null }|{ result?: "saList"; failure?: null; status?: null; addSas?: null; saList: ipsec_relay.control.v1.SaList.$Shape; deletedSas?: null; event?: null; done?: null }|{ result?: "deletedSas"; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas: ipsec_relay.control.v1.DeletedSas.$Shape; event?: null; done?: null }|{ result?: "event"; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas?: null; event: ipsec_relay.control.v1.Event.$Shape; done?: null }|{ result?: "done"; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas?: null; event?: null; done: ipsec_relay.control.v1.Done.$Shape })
                 * )} ipsec_relay.control.v1.Response.$Shape
                 */

                /**
                 * Constructs a new Response.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a Response.
                 * @constructor
                 * @param {ipsec_relay.control.v1.Response.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Response = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Response version.
                 * @member {number} version
                 * @memberof ipsec_relay.control.v1.Response
                 * @instance
                 */
                Response.prototype.version = 0;

                /**
                 * Response id.
                 * @member {number} id
                 * @memberof ipsec_relay.control.v1.Response
                 * @instance
                 */
                Response.prototype.id = 0;

                /**
                 * Response failure.
                 * @member {ipsec_relay.control.v1.Failure.$Properties|null|undefined} failure
                 * @memberof ipsec_relay.control.v1.Response
                 * @instance
                 */
                Response.prototype.failure = null;

                /**
                 * Response status.
                 * @member {ipsec_relay.control.v1.Status.$Properties|null|undefined} status
                 * @memberof ipsec_relay.control.v1.Response
                 * @instance
                 */
                Response.prototype.status = null;

                /**
                 * Response addSas.
                 * @member {ipsec_relay.control.v1.AddSasResult.$Properties|null|undefined} addSas
                 * @memberof ipsec_relay.control.v1.Response
                 * @instance
                 */
                Response.prototype.addSas = null;

                /**
                 * Response saList.
                 * @member {ipsec_relay.control.v1.SaList.$Properties|null|undefined} saList
                 * @memberof ipsec_relay.control.v1.Response
                 * @instance
                 */
                Response.prototype.saList = null;

                /**
                 * Response deletedSas.
                 * @member {ipsec_relay.control.v1.DeletedSas.$Properties|null|undefined} deletedSas
                 * @memberof ipsec_relay.control.v1.Response
                 * @instance
                 */
                Response.prototype.deletedSas = null;

                /**
                 * Response event.
                 * @member {ipsec_relay.control.v1.Event.$Properties|null|undefined} event
                 * @memberof ipsec_relay.control.v1.Response
                 * @instance
                 */
                Response.prototype.event = null;

                /**
                 * Response done.
                 * @member {ipsec_relay.control.v1.Done.$Properties|null|undefined} done
                 * @memberof ipsec_relay.control.v1.Response
                 * @instance
                 */
                Response.prototype.done = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * Response result.
                 * @member {"failure"|"status"|"addSas"|"saList"|"deletedSas"|"event"|"done"|undefined} result
                 * @memberof ipsec_relay.control.v1.Response
                 * @instance
                 */
                $Object.defineProperty(Response.prototype, "result", {
                    get: $util.oneOfGetter($oneOfFields = ["failure", "status", "addSas", "saList", "deletedSas", "event", "done"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new Response instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.Response
                 * @static
                 * @param {ipsec_relay.control.v1.Response.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.Response} Response instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.Response.$Shape): ipsec_relay.control.v1.Response & ipsec_relay.control.v1.Response.$Shape;
                 *   (properties?: ipsec_relay.control.v1.Response.$Properties): ipsec_relay.control.v1.Response;
                 * }}
                 */
                Response.create = function(properties) {
                    return new Response(properties);
                };

                /**
                 * Encodes the specified Response message. Does not implicitly {@link ipsec_relay.control.v1.Response.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.Response
                 * @static
                 * @param {ipsec_relay.control.v1.Response.$Properties} message Response message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Response.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.version);
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.id);
                    if (message.failure != null && $Object.hasOwnProperty.call(message, "failure"))
                        $root.ipsec_relay.control.v1.Failure.encode(message.failure, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
                        $root.ipsec_relay.control.v1.Status.encode(message.status, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                    if (message.addSas != null && $Object.hasOwnProperty.call(message, "addSas"))
                        $root.ipsec_relay.control.v1.AddSasResult.encode(message.addSas, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                    if (message.saList != null && $Object.hasOwnProperty.call(message, "saList"))
                        $root.ipsec_relay.control.v1.SaList.encode(message.saList, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                    if (message.deletedSas != null && $Object.hasOwnProperty.call(message, "deletedSas"))
                        $root.ipsec_relay.control.v1.DeletedSas.encode(message.deletedSas, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                    if (message.event != null && $Object.hasOwnProperty.call(message, "event"))
                        $root.ipsec_relay.control.v1.Event.encode(message.event, writer.uint32(/* id 15, wireType 2 =*/122).fork(), _depth + 1).ldelim();
                    if (message.done != null && $Object.hasOwnProperty.call(message, "done"))
                        $root.ipsec_relay.control.v1.Done.encode(message.done, writer.uint32(/* id 16, wireType 2 =*/130).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.Response
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Response & ipsec_relay.control.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Response.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.Response();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        case 9: {
                                if (wireType !== 2)
                                    break;
                                message.failure = $root.ipsec_relay.control.v1.Failure.decode(reader, reader.size(), $undefined, _depth + 1, message.failure);
                                message.result = "failure";
                                continue;
                            }
                        case 10: {
                                if (wireType !== 2)
                                    break;
                                message.status = $root.ipsec_relay.control.v1.Status.decode(reader, reader.size(), $undefined, _depth + 1, message.status);
                                message.result = "status";
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                message.addSas = $root.ipsec_relay.control.v1.AddSasResult.decode(reader, reader.size(), $undefined, _depth + 1, message.addSas);
                                message.result = "addSas";
                                continue;
                            }
                        case 12: {
                                if (wireType !== 2)
                                    break;
                                message.saList = $root.ipsec_relay.control.v1.SaList.decode(reader, reader.size(), $undefined, _depth + 1, message.saList);
                                message.result = "saList";
                                continue;
                            }
                        case 13: {
                                if (wireType !== 2)
                                    break;
                                message.deletedSas = $root.ipsec_relay.control.v1.DeletedSas.decode(reader, reader.size(), $undefined, _depth + 1, message.deletedSas);
                                message.result = "deletedSas";
                                continue;
                            }
                        case 15: {
                                if (wireType !== 2)
                                    break;
                                message.event = $root.ipsec_relay.control.v1.Event.decode(reader, reader.size(), $undefined, _depth + 1, message.event);
                                message.result = "event";
                                continue;
                            }
                        case 16: {
                                if (wireType !== 2)
                                    break;
                                message.done = $root.ipsec_relay.control.v1.Done.decode(reader, reader.size(), $undefined, _depth + 1, message.done);
                                message.result = "done";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a Response message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.Response
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                Response.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    let properties = {};
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                        if (!$util.isInteger(message.version))
                            return "version: integer expected";
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                        if (!$util.isInteger(message.id))
                            return "id: integer expected";
                    if (message.failure != null && $Object.hasOwnProperty.call(message, "failure")) {
                        properties.result = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.Failure.verify(message.failure, _depth + 1);
                            if (error)
                                return "failure." + error;
                        }
                    }
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status")) {
                        if (properties.result === 1)
                            return "result: multiple values";
                        properties.result = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.Status.verify(message.status, _depth + 1);
                            if (error)
                                return "status." + error;
                        }
                    }
                    if (message.addSas != null && $Object.hasOwnProperty.call(message, "addSas")) {
                        if (properties.result === 1)
                            return "result: multiple values";
                        properties.result = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.AddSasResult.verify(message.addSas, _depth + 1);
                            if (error)
                                return "addSas." + error;
                        }
                    }
                    if (message.saList != null && $Object.hasOwnProperty.call(message, "saList")) {
                        if (properties.result === 1)
                            return "result: multiple values";
                        properties.result = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.SaList.verify(message.saList, _depth + 1);
                            if (error)
                                return "saList." + error;
                        }
                    }
                    if (message.deletedSas != null && $Object.hasOwnProperty.call(message, "deletedSas")) {
                        if (properties.result === 1)
                            return "result: multiple values";
                        properties.result = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.DeletedSas.verify(message.deletedSas, _depth + 1);
                            if (error)
                                return "deletedSas." + error;
                        }
                    }
                    if (message.event != null && $Object.hasOwnProperty.call(message, "event")) {
                        if (properties.result === 1)
                            return "result: multiple values";
                        properties.result = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.Event.verify(message.event, _depth + 1);
                            if (error)
                                return "event." + error;
                        }
                    }
                    if (message.done != null && $Object.hasOwnProperty.call(message, "done")) {
                        if (properties.result === 1)
                            return "result: multiple values";
                        properties.result = 1;
                        {
                            let error = $root.ipsec_relay.control.v1.Done.verify(message.done, _depth + 1);
                            if (error)
                                return "done." + error;
                        }
                    }
                    return null;
                };

                /**
                 * Gets the type url for Response
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.Response
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                Response.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.Response";
                };

                return Response;
            })();

            v1.Failure = (function() {

                /**
                 * Properties of a Failure.
                 * @typedef {Object} ipsec_relay.control.v1.Failure.$Properties
                 * @property {ipsec_relay.control.v1.Failure.Kind|null} [kind] Failure kind
                 * @property {string|null} [message] Failure message
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Failure.
                 * @memberof ipsec_relay.control.v1
                 * @interface IFailure
                 * @augments ipsec_relay.control.v1.Failure.$Properties
                 * @deprecated Use ipsec_relay.control.v1.Failure.$Properties instead.
                 */

                /**
                 * Shape of a Failure.
                 * @typedef {ipsec_relay.control.v1.Failure.$Properties} ipsec_relay.control.v1.Failure.$Shape
                 */

                /**
                 * Constructs a new Failure.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a Failure.
                 * @constructor
                 * @param {ipsec_relay.control.v1.Failure.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Failure = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Failure kind.
                 * @member {ipsec_relay.control.v1.Failure.Kind} kind
                 * @memberof ipsec_relay.control.v1.Failure
                 * @instance
                 */
                Failure.prototype.kind = 0;

                /**
                 * Failure message.
                 * @member {string} message
                 * @memberof ipsec_relay.control.v1.Failure
                 * @instance
                 */
                Failure.prototype.message = "";

                /**
                 * Creates a new Failure instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.Failure
                 * @static
                 * @param {ipsec_relay.control.v1.Failure.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.Failure} Failure instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.Failure.$Shape): ipsec_relay.control.v1.Failure & ipsec_relay.control.v1.Failure.$Shape;
                 *   (properties?: ipsec_relay.control.v1.Failure.$Properties): ipsec_relay.control.v1.Failure;
                 * }}
                 */
                Failure.create = function(properties) {
                    return new Failure(properties);
                };

                /**
                 * Encodes the specified Failure message. Does not implicitly {@link ipsec_relay.control.v1.Failure.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.Failure
                 * @static
                 * @param {ipsec_relay.control.v1.Failure.$Properties} message Failure message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Failure.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).int32(message.kind);
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.message);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Failure message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.Failure
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Failure & ipsec_relay.control.v1.Failure.$Shape} Failure
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Failure.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.Failure();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.kind = value;
                                else
                                    delete message.kind;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.message = value;
                                else
                                    delete message.message;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a Failure message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.Failure
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                Failure.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.kind != null && $Object.hasOwnProperty.call(message, "kind"))
                        if (typeof message.kind !== "number" || (message.kind | 0) !== message.kind)
                            return "kind: enum value expected";
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                        if (!$util.isString(message.message))
                            return "message: string expected";
                    return null;
                };

                /**
                 * Gets the type url for Failure
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.Failure
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                Failure.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.Failure";
                };

                /**
                 * Kind enum.
                 * @name ipsec_relay.control.v1.Failure.Kind
                 * @enum {number}
                 * @property {number} REFUSED=0 REFUSED value
                 * @property {number} USAGE=1 USAGE value
                 */
                Failure.Kind = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "REFUSED"] = 0;
                    values[valuesById[1] = "USAGE"] = 1;
                    return values;
                })();

                return Failure;
            })();

            v1.Done = (function() {

                /**
                 * Properties of a Done.
                 * @typedef {Object} ipsec_relay.control.v1.Done.$Properties
                 * @property {string|null} [message] Done message
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Done.
                 * @memberof ipsec_relay.control.v1
                 * @interface IDone
                 * @augments ipsec_relay.control.v1.Done.$Properties
                 * @deprecated Use ipsec_relay.control.v1.Done.$Properties instead.
                 */

                /**
                 * Shape of a Done.
                 * @typedef {ipsec_relay.control.v1.Done.$Properties} ipsec_relay.control.v1.Done.$Shape
                 */

                /**
                 * Constructs a new Done.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a Done.
                 * @constructor
                 * @param {ipsec_relay.control.v1.Done.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Done = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Done message.
                 * @member {string} message
                 * @memberof ipsec_relay.control.v1.Done
                 * @instance
                 */
                Done.prototype.message = "";

                /**
                 * Creates a new Done instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.Done
                 * @static
                 * @param {ipsec_relay.control.v1.Done.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.Done} Done instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.Done.$Shape): ipsec_relay.control.v1.Done & ipsec_relay.control.v1.Done.$Shape;
                 *   (properties?: ipsec_relay.control.v1.Done.$Properties): ipsec_relay.control.v1.Done;
                 * }}
                 */
                Done.create = function(properties) {
                    return new Done(properties);
                };

                /**
                 * Encodes the specified Done message. Does not implicitly {@link ipsec_relay.control.v1.Done.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.Done
                 * @static
                 * @param {ipsec_relay.control.v1.Done.$Properties} message Done message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Done.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.message);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Done message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.Done
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Done & ipsec_relay.control.v1.Done.$Shape} Done
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Done.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.Done();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.message = value;
                                else
                                    delete message.message;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a Done message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.Done
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                Done.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                        if (!$util.isString(message.message))
                            return "message: string expected";
                    return null;
                };

                /**
                 * Gets the type url for Done
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.Done
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                Done.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.Done";
                };

                return Done;
            })();

            v1.StatusRequest = (function() {

                /**
                 * Properties of a StatusRequest.
                 * @typedef {Object} ipsec_relay.control.v1.StatusRequest.$Properties
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a StatusRequest.
                 * @memberof ipsec_relay.control.v1
                 * @interface IStatusRequest
                 * @augments ipsec_relay.control.v1.StatusRequest.$Properties
                 * @deprecated Use ipsec_relay.control.v1.StatusRequest.$Properties instead.
                 */

                /**
                 * Shape of a StatusRequest.
                 * @typedef {ipsec_relay.control.v1.StatusRequest.$Properties} ipsec_relay.control.v1.StatusRequest.$Shape
                 */

                /**
                 * Constructs a new StatusRequest.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a StatusRequest.
                 * @constructor
                 * @param {ipsec_relay.control.v1.StatusRequest.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const StatusRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Creates a new StatusRequest instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.StatusRequest
                 * @static
                 * @param {ipsec_relay.control.v1.StatusRequest.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.StatusRequest} StatusRequest instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.StatusRequest.$Shape): ipsec_relay.control.v1.StatusRequest & ipsec_relay.control.v1.StatusRequest.$Shape;
                 *   (properties?: ipsec_relay.control.v1.StatusRequest.$Properties): ipsec_relay.control.v1.StatusRequest;
                 * }}
                 */
                StatusRequest.create = function(properties) {
                    return new StatusRequest(properties);
                };

                /**
                 * Encodes the specified StatusRequest message. Does not implicitly {@link ipsec_relay.control.v1.StatusRequest.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.StatusRequest
                 * @static
                 * @param {ipsec_relay.control.v1.StatusRequest.$Properties} message StatusRequest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                StatusRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a StatusRequest message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.StatusRequest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.StatusRequest & ipsec_relay.control.v1.StatusRequest.$Shape} StatusRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                StatusRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.StatusRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        reader.skipType(tag & 7, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a StatusRequest message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.StatusRequest
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                StatusRequest.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    return null;
                };

                /**
                 * Gets the type url for StatusRequest
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.StatusRequest
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                StatusRequest.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.StatusRequest";
                };

                return StatusRequest;
            })();

            v1.Status = (function() {

                /**
                 * Properties of a Status.
                 * @typedef {Object} ipsec_relay.control.v1.Status.$Properties
                 * @property {string|null} [version] Status version
                 * @property {string|null} [role] Status role
                 * @property {number|null} [pid] Status pid
                 * @property {number|null} [startedMs] Status startedMs
                 * @property {string|null} [attachment] Status attachment
                 * @property {string|null} ["interface"] Status interface
                 * @property {number|null} [workers] Status workers
                 * @property {Array.<string>|null} [addresses] Status addresses
                 * @property {number|null} [sas] Status sas
                 * @property {number|null} [maxSas] Status maxSas
                 * @property {number|null} [sadBytes] Status sadBytes
                 * @property {Array.<ipsec_relay.control.v1.VerdictCounter.$Properties>|null} [verdicts] Status verdicts
                 * @property {string|null} [configPath] Status configPath
                 * @property {string|null} [stateDirectory] Status stateDirectory
                 * @property {string|null} [lookup] Status lookup
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Status.
                 * @memberof ipsec_relay.control.v1
                 * @interface IStatus
                 * @augments ipsec_relay.control.v1.Status.$Properties
                 * @deprecated Use ipsec_relay.control.v1.Status.$Properties instead.
                 */

                /**
                 * Shape of a Status.
                 * @typedef {ipsec_relay.control.v1.Status.$Properties} ipsec_relay.control.v1.Status.$Shape
                 */

                /**
                 * Constructs a new Status.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a Status.
                 * @constructor
                 * @param {ipsec_relay.control.v1.Status.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Status = function (properties) {
                    this.addresses = [];
                    this.verdicts = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Status version.
                 * @member {string} version
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.version = "";

                /**
                 * Status role.
                 * @member {string} role
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.role = "";

                /**
                 * Status pid.
                 * @member {number} pid
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.pid = 0;

                /**
                 * Status startedMs.
                 * @member {number} startedMs
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.startedMs = 0;

                /**
                 * Status attachment.
                 * @member {string} attachment
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.attachment = "";

                /**
                 * Status interface.
                 * @member {string} interface
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype["interface"] = "";

                /**
                 * Status workers.
                 * @member {number} workers
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.workers = 0;

                /**
                 * Status addresses.
                 * @member {Array.<string>} addresses
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.addresses = $util.emptyArray;

                /**
                 * Status sas.
                 * @member {number} sas
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.sas = 0;

                /**
                 * Status maxSas.
                 * @member {number} maxSas
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.maxSas = 0;

                /**
                 * Status sadBytes.
                 * @member {number} sadBytes
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.sadBytes = 0;

                /**
                 * Status verdicts.
                 * @member {Array.<ipsec_relay.control.v1.VerdictCounter.$Properties>} verdicts
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.verdicts = $util.emptyArray;

                /**
                 * Status configPath.
                 * @member {string} configPath
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.configPath = "";

                /**
                 * Status stateDirectory.
                 * @member {string} stateDirectory
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.stateDirectory = "";

                /**
                 * Status lookup.
                 * @member {string} lookup
                 * @memberof ipsec_relay.control.v1.Status
                 * @instance
                 */
                Status.prototype.lookup = "";

                /**
                 * Creates a new Status instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.Status
                 * @static
                 * @param {ipsec_relay.control.v1.Status.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.Status} Status instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.Status.$Shape): ipsec_relay.control.v1.Status & ipsec_relay.control.v1.Status.$Shape;
                 *   (properties?: ipsec_relay.control.v1.Status.$Properties): ipsec_relay.control.v1.Status;
                 * }}
                 */
                Status.create = function(properties) {
                    return new Status(properties);
                };

                /**
                 * Encodes the specified Status message. Does not implicitly {@link ipsec_relay.control.v1.Status.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.Status
                 * @static
                 * @param {ipsec_relay.control.v1.Status.$Properties} message Status message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Status.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.version);
                    if (message.role != null && $Object.hasOwnProperty.call(message, "role") && message.role !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.role);
                    if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && message.pid !== 0)
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.pid);
                    if (message.startedMs != null && $Object.hasOwnProperty.call(message, "startedMs") && !$Object.is(message.startedMs, 0))
                        writer.uint32(/* id 4, wireType 1 =*/33).double(message.startedMs);
                    if (message.attachment != null && $Object.hasOwnProperty.call(message, "attachment") && message.attachment !== "")
                        writer.uint32(/* id 5, wireType 2 =*/42).string(message.attachment);
                    if (message["interface"] != null && $Object.hasOwnProperty.call(message, "interface") && message["interface"] !== "")
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message["interface"]);
                    if (message.workers != null && $Object.hasOwnProperty.call(message, "workers") && message.workers !== 0)
                        writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.workers);
                    if (message.addresses != null && message.addresses.length)
                        for (let i = 0; i < message.addresses.length; ++i)
                            writer.uint32(/* id 8, wireType 2 =*/66).string(message.addresses[i]);
                    if (message.sas != null && $Object.hasOwnProperty.call(message, "sas") && message.sas !== 0)
                        writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.sas);
                    if (message.maxSas != null && $Object.hasOwnProperty.call(message, "maxSas") && message.maxSas !== 0)
                        writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.maxSas);
                    if (message.sadBytes != null && $Object.hasOwnProperty.call(message, "sadBytes") && !$Object.is(message.sadBytes, 0))
                        writer.uint32(/* id 11, wireType 1 =*/89).double(message.sadBytes);
                    if (message.verdicts != null && message.verdicts.length)
                        for (let i = 0; i < message.verdicts.length; ++i)
                            $root.ipsec_relay.control.v1.VerdictCounter.encode(message.verdicts[i], writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                    if (message.configPath != null && $Object.hasOwnProperty.call(message, "configPath") && message.configPath !== "")
                        writer.uint32(/* id 13, wireType 2 =*/106).string(message.configPath);
                    if (message.stateDirectory != null && $Object.hasOwnProperty.call(message, "stateDirectory") && message.stateDirectory !== "")
                        writer.uint32(/* id 14, wireType 2 =*/114).string(message.stateDirectory);
                    if (message.lookup != null && $Object.hasOwnProperty.call(message, "lookup") && message.lookup !== "")
                        writer.uint32(/* id 15, wireType 2 =*/122).string(message.lookup);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Status message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.Status
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Status & ipsec_relay.control.v1.Status.$Shape} Status
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Status.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.Status();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.role = value;
                                else
                                    delete message.role;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.pid = value;
                                else
                                    delete message.pid;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.startedMs = value;
                                else
                                    delete message.startedMs;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.attachment = value;
                                else
                                    delete message.attachment;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message["interface"] = value;
                                else
                                    delete message["interface"];
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.workers = value;
                                else
                                    delete message.workers;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.addresses && message.addresses.length))
                                    message.addresses = [];
                                message.addresses.push(reader.stringVerify());
                                continue;
                            }
                        case 9: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.sas = value;
                                else
                                    delete message.sas;
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.maxSas = value;
                                else
                                    delete message.maxSas;
                                continue;
                            }
                        case 11: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.sadBytes = value;
                                else
                                    delete message.sadBytes;
                                continue;
                            }
                        case 12: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.verdicts && message.verdicts.length))
                                    message.verdicts = [];
                                message.verdicts.push($root.ipsec_relay.control.v1.VerdictCounter.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 13: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.configPath = value;
                                else
                                    delete message.configPath;
                                continue;
                            }
                        case 14: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.stateDirectory = value;
                                else
                                    delete message.stateDirectory;
                                continue;
                            }
                        case 15: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.lookup = value;
                                else
                                    delete message.lookup;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a Status message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.Status
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                Status.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                        if (!$util.isString(message.version))
                            return "version: string expected";
                    if (message.role != null && $Object.hasOwnProperty.call(message, "role"))
                        if (!$util.isString(message.role))
                            return "role: string expected";
                    if (message.pid != null && $Object.hasOwnProperty.call(message, "pid"))
                        if (!$util.isInteger(message.pid))
                            return "pid: integer expected";
                    if (message.startedMs != null && $Object.hasOwnProperty.call(message, "startedMs"))
                        if (typeof message.startedMs !== "number")
                            return "startedMs: number expected";
                    if (message.attachment != null && $Object.hasOwnProperty.call(message, "attachment"))
                        if (!$util.isString(message.attachment))
                            return "attachment: string expected";
                    if (message["interface"] != null && $Object.hasOwnProperty.call(message, "interface"))
                        if (!$util.isString(message["interface"]))
                            return "interface: string expected";
                    if (message.workers != null && $Object.hasOwnProperty.call(message, "workers"))
                        if (!$util.isInteger(message.workers))
                            return "workers: integer expected";
                    if (message.addresses != null && $Object.hasOwnProperty.call(message, "addresses")) {
                        if (!$Array.isArray(message.addresses))
                            return "addresses: array expected";
                        for (let i = 0; i < message.addresses.length; ++i)
                            if (!$util.isString(message.addresses[i]))
                                return "addresses: string[] expected";
                    }
                    if (message.sas != null && $Object.hasOwnProperty.call(message, "sas"))
                        if (!$util.isInteger(message.sas))
                            return "sas: integer expected";
                    if (message.maxSas != null && $Object.hasOwnProperty.call(message, "maxSas"))
                        if (!$util.isInteger(message.maxSas))
                            return "maxSas: integer expected";
                    if (message.sadBytes != null && $Object.hasOwnProperty.call(message, "sadBytes"))
                        if (typeof message.sadBytes !== "number")
                            return "sadBytes: number expected";
                    if (message.verdicts != null && $Object.hasOwnProperty.call(message, "verdicts")) {
                        if (!$Array.isArray(message.verdicts))
                            return "verdicts: array expected";
                        for (let i = 0; i < message.verdicts.length; ++i) {
                            let error = $root.ipsec_relay.control.v1.VerdictCounter.verify(message.verdicts[i], _depth + 1);
                            if (error)
                                return "verdicts." + error;
                        }
                    }
                    if (message.configPath != null && $Object.hasOwnProperty.call(message, "configPath"))
                        if (!$util.isString(message.configPath))
                            return "configPath: string expected";
                    if (message.stateDirectory != null && $Object.hasOwnProperty.call(message, "stateDirectory"))
                        if (!$util.isString(message.stateDirectory))
                            return "stateDirectory: string expected";
                    if (message.lookup != null && $Object.hasOwnProperty.call(message, "lookup"))
                        if (!$util.isString(message.lookup))
                            return "lookup: string expected";
                    return null;
                };

                /**
                 * Gets the type url for Status
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.Status
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                Status.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.Status";
                };

                return Status;
            })();

            v1.VerdictCounter = (function() {

                /**
                 * Properties of a VerdictCounter.
                 * @typedef {Object} ipsec_relay.control.v1.VerdictCounter.$Properties
                 * @property {string|null} [verdict] VerdictCounter verdict
                 * @property {number|null} [packets] VerdictCounter packets
                 * @property {number|null} [bytes] VerdictCounter bytes
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a VerdictCounter.
                 * @memberof ipsec_relay.control.v1
                 * @interface IVerdictCounter
                 * @augments ipsec_relay.control.v1.VerdictCounter.$Properties
                 * @deprecated Use ipsec_relay.control.v1.VerdictCounter.$Properties instead.
                 */

                /**
                 * Shape of a VerdictCounter.
                 * @typedef {ipsec_relay.control.v1.VerdictCounter.$Properties} ipsec_relay.control.v1.VerdictCounter.$Shape
                 */

                /**
                 * Constructs a new VerdictCounter.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a VerdictCounter.
                 * @constructor
                 * @param {ipsec_relay.control.v1.VerdictCounter.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const VerdictCounter = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * VerdictCounter verdict.
                 * @member {string} verdict
                 * @memberof ipsec_relay.control.v1.VerdictCounter
                 * @instance
                 */
                VerdictCounter.prototype.verdict = "";

                /**
                 * VerdictCounter packets.
                 * @member {number} packets
                 * @memberof ipsec_relay.control.v1.VerdictCounter
                 * @instance
                 */
                VerdictCounter.prototype.packets = 0;

                /**
                 * VerdictCounter bytes.
                 * @member {number} bytes
                 * @memberof ipsec_relay.control.v1.VerdictCounter
                 * @instance
                 */
                VerdictCounter.prototype.bytes = 0;

                /**
                 * Creates a new VerdictCounter instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.VerdictCounter
                 * @static
                 * @param {ipsec_relay.control.v1.VerdictCounter.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.VerdictCounter} VerdictCounter instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.VerdictCounter.$Shape): ipsec_relay.control.v1.VerdictCounter & ipsec_relay.control.v1.VerdictCounter.$Shape;
                 *   (properties?: ipsec_relay.control.v1.VerdictCounter.$Properties): ipsec_relay.control.v1.VerdictCounter;
                 * }}
                 */
                VerdictCounter.create = function(properties) {
                    return new VerdictCounter(properties);
                };

                /**
                 * Encodes the specified VerdictCounter message. Does not implicitly {@link ipsec_relay.control.v1.VerdictCounter.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.VerdictCounter
                 * @static
                 * @param {ipsec_relay.control.v1.VerdictCounter.$Properties} message VerdictCounter message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                VerdictCounter.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.verdict != null && $Object.hasOwnProperty.call(message, "verdict") && message.verdict !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.verdict);
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets") && !$Object.is(message.packets, 0))
                        writer.uint32(/* id 2, wireType 1 =*/17).double(message.packets);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && !$Object.is(message.bytes, 0))
                        writer.uint32(/* id 3, wireType 1 =*/25).double(message.bytes);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a VerdictCounter message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.VerdictCounter
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.VerdictCounter & ipsec_relay.control.v1.VerdictCounter.$Shape} VerdictCounter
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                VerdictCounter.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.VerdictCounter();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.verdict = value;
                                else
                                    delete message.verdict;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.packets = value;
                                else
                                    delete message.packets;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.bytes = value;
                                else
                                    delete message.bytes;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a VerdictCounter message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.VerdictCounter
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                VerdictCounter.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.verdict != null && $Object.hasOwnProperty.call(message, "verdict"))
                        if (!$util.isString(message.verdict))
                            return "verdict: string expected";
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets"))
                        if (typeof message.packets !== "number")
                            return "packets: number expected";
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes"))
                        if (typeof message.bytes !== "number")
                            return "bytes: number expected";
                    return null;
                };

                /**
                 * Gets the type url for VerdictCounter
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.VerdictCounter
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                VerdictCounter.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.VerdictCounter";
                };

                return VerdictCounter;
            })();

            /**
             * Protocol enum.
             * @name ipsec_relay.control.v1.Protocol
             * @enum {number}
             * @property {number} ESP=0 ESP value
             * @property {number} AH=1 AH value
             */
            v1.Protocol = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "ESP"] = 0;
                values[valuesById[1] = "AH"] = 1;
                return values;
            })();

            /**
             * Mode enum.
             * @name ipsec_relay.control.v1.Mode
             * @enum {number}
             * @property {number} DEFAULT=0 DEFAULT value
             * @property {number} PRESERVE=1 PRESERVE value
             * @property {number} EDGE=2 EDGE value
             * @property {number} AWARE=3 AWARE value
             */
            v1.Mode = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "DEFAULT"] = 0;
                values[valuesById[1] = "PRESERVE"] = 1;
                values[valuesById[2] = "EDGE"] = 2;
                values[valuesById[3] = "AWARE"] = 3;
                return values;
            })();

            v1.SaRequest = (function() {

                /**
                 * Properties of a SaRequest.
                 * @typedef {Object} ipsec_relay.control.v1.SaRequest.$Properties
                 * @property {string|null} [name] SaRequest name
                 * @property {ipsec_relay.control.v1.Protocol|null} [protocol] SaRequest protocol
                 * @property {string|null} [dst] SaRequest dst
                 * @property {number|null} [spi] SaRequest spi
                 * @property {boolean|null} [spiAuto] SaRequest spiAuto
                 * @property {string|null} [src] SaRequest src
                 * @property {string|null} [to] SaRequest to
                 * @property {string|null} [toSrc] SaRequest toSrc
                 * @property {number|null} [toSpi] SaRequest toSpi
                 * @property {ipsec_relay.control.v1.SaRequest.SpiChoice|null} [toSpiChoice] SaRequest toSpiChoice
                 * @property {ipsec_relay.control.v1.Mode|null} [mode] SaRequest mode
                 * @property {number|null} [lifetime] SaRequest lifetime
                 * @property {ipsec_relay.control.v1.MatchEncapsulation.$Properties|null} [encap] SaRequest encap
                 * @property {ipsec_relay.control.v1.EmitEncapsulation.$Properties|null} [toEncap] SaRequest toEncap
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a SaRequest.
                 * @memberof ipsec_relay.control.v1
                 * @interface ISaRequest
                 * @augments ipsec_relay.control.v1.SaRequest.$Properties
                 * @deprecated Use ipsec_relay.control.v1.SaRequest.$Properties instead.
                 */

                /**
                 * Shape of a SaRequest.
                 * @typedef {ipsec_relay.control.v1.SaRequest.$Properties} ipsec_relay.control.v1.SaRequest.$Shape
                 */

                /**
                 * Constructs a new SaRequest.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a SaRequest.
                 * @constructor
                 * @param {ipsec_relay.control.v1.SaRequest.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const SaRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * SaRequest name.
                 * @member {string} name
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.name = "";

                /**
                 * SaRequest protocol.
                 * @member {ipsec_relay.control.v1.Protocol} protocol
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.protocol = 0;

                /**
                 * SaRequest dst.
                 * @member {string} dst
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.dst = "";

                /**
                 * SaRequest spi.
                 * @member {number} spi
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.spi = 0;

                /**
                 * SaRequest spiAuto.
                 * @member {boolean} spiAuto
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.spiAuto = false;

                /**
                 * SaRequest src.
                 * @member {string} src
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.src = "";

                /**
                 * SaRequest to.
                 * @member {string} to
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.to = "";

                /**
                 * SaRequest toSrc.
                 * @member {string} toSrc
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.toSrc = "";

                /**
                 * SaRequest toSpi.
                 * @member {number} toSpi
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.toSpi = 0;

                /**
                 * SaRequest toSpiChoice.
                 * @member {ipsec_relay.control.v1.SaRequest.SpiChoice} toSpiChoice
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.toSpiChoice = 0;

                /**
                 * SaRequest mode.
                 * @member {ipsec_relay.control.v1.Mode} mode
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.mode = 0;

                /**
                 * SaRequest lifetime.
                 * @member {number} lifetime
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.lifetime = 0;

                /**
                 * SaRequest encap.
                 * @member {ipsec_relay.control.v1.MatchEncapsulation.$Properties|null|undefined} encap
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.encap = null;

                /**
                 * SaRequest toEncap.
                 * @member {ipsec_relay.control.v1.EmitEncapsulation.$Properties|null|undefined} toEncap
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @instance
                 */
                SaRequest.prototype.toEncap = null;

                /**
                 * Creates a new SaRequest instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @static
                 * @param {ipsec_relay.control.v1.SaRequest.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.SaRequest} SaRequest instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.SaRequest.$Shape): ipsec_relay.control.v1.SaRequest & ipsec_relay.control.v1.SaRequest.$Shape;
                 *   (properties?: ipsec_relay.control.v1.SaRequest.$Properties): ipsec_relay.control.v1.SaRequest;
                 * }}
                 */
                SaRequest.create = function(properties) {
                    return new SaRequest(properties);
                };

                /**
                 * Encodes the specified SaRequest message. Does not implicitly {@link ipsec_relay.control.v1.SaRequest.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @static
                 * @param {ipsec_relay.control.v1.SaRequest.$Properties} message SaRequest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                SaRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                    if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).int32(message.protocol);
                    if (message.dst != null && $Object.hasOwnProperty.call(message, "dst") && message.dst !== "")
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.dst);
                    if (message.spi != null && $Object.hasOwnProperty.call(message, "spi") && message.spi !== 0)
                        writer.uint32(/* id 4, wireType 5 =*/37).fixed32(message.spi);
                    if (message.spiAuto != null && $Object.hasOwnProperty.call(message, "spiAuto") && message.spiAuto !== false)
                        writer.uint32(/* id 5, wireType 0 =*/40).bool(message.spiAuto);
                    if (message.src != null && $Object.hasOwnProperty.call(message, "src") && message.src !== "")
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message.src);
                    if (message.to != null && $Object.hasOwnProperty.call(message, "to") && message.to !== "")
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.to);
                    if (message.toSrc != null && $Object.hasOwnProperty.call(message, "toSrc") && message.toSrc !== "")
                        writer.uint32(/* id 8, wireType 2 =*/66).string(message.toSrc);
                    if (message.toSpi != null && $Object.hasOwnProperty.call(message, "toSpi") && message.toSpi !== 0)
                        writer.uint32(/* id 9, wireType 5 =*/77).fixed32(message.toSpi);
                    if (message.toSpiChoice != null && $Object.hasOwnProperty.call(message, "toSpiChoice") && message.toSpiChoice !== 0)
                        writer.uint32(/* id 10, wireType 0 =*/80).int32(message.toSpiChoice);
                    if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== 0)
                        writer.uint32(/* id 11, wireType 0 =*/88).int32(message.mode);
                    if (message.lifetime != null && $Object.hasOwnProperty.call(message, "lifetime") && message.lifetime !== 0)
                        writer.uint32(/* id 12, wireType 0 =*/96).uint32(message.lifetime);
                    if (message.encap != null && $Object.hasOwnProperty.call(message, "encap"))
                        $root.ipsec_relay.control.v1.MatchEncapsulation.encode(message.encap, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                    if (message.toEncap != null && $Object.hasOwnProperty.call(message, "toEncap"))
                        $root.ipsec_relay.control.v1.EmitEncapsulation.encode(message.toEncap, writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a SaRequest message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.SaRequest & ipsec_relay.control.v1.SaRequest.$Shape} SaRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                SaRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.SaRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.name = value;
                                else
                                    delete message.name;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.protocol = value;
                                else
                                    delete message.protocol;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.dst = value;
                                else
                                    delete message.dst;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 5)
                                    break;
                                if (value = reader.fixed32())
                                    message.spi = value;
                                else
                                    delete message.spi;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.spiAuto = value;
                                else
                                    delete message.spiAuto;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.src = value;
                                else
                                    delete message.src;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.to = value;
                                else
                                    delete message.to;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.toSrc = value;
                                else
                                    delete message.toSrc;
                                continue;
                            }
                        case 9: {
                                if (wireType !== 5)
                                    break;
                                if (value = reader.fixed32())
                                    message.toSpi = value;
                                else
                                    delete message.toSpi;
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.toSpiChoice = value;
                                else
                                    delete message.toSpiChoice;
                                continue;
                            }
                        case 11: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.mode = value;
                                else
                                    delete message.mode;
                                continue;
                            }
                        case 12: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.lifetime = value;
                                else
                                    delete message.lifetime;
                                continue;
                            }
                        case 13: {
                                if (wireType !== 2)
                                    break;
                                message.encap = $root.ipsec_relay.control.v1.MatchEncapsulation.decode(reader, reader.size(), $undefined, _depth + 1, message.encap);
                                continue;
                            }
                        case 14: {
                                if (wireType !== 2)
                                    break;
                                message.toEncap = $root.ipsec_relay.control.v1.EmitEncapsulation.decode(reader, reader.size(), $undefined, _depth + 1, message.toEncap);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a SaRequest message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                SaRequest.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                        if (!$util.isString(message.name))
                            return "name: string expected";
                    if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol"))
                        if (typeof message.protocol !== "number" || (message.protocol | 0) !== message.protocol)
                            return "protocol: enum value expected";
                    if (message.dst != null && $Object.hasOwnProperty.call(message, "dst"))
                        if (!$util.isString(message.dst))
                            return "dst: string expected";
                    if (message.spi != null && $Object.hasOwnProperty.call(message, "spi"))
                        if (!$util.isInteger(message.spi))
                            return "spi: integer expected";
                    if (message.spiAuto != null && $Object.hasOwnProperty.call(message, "spiAuto"))
                        if (typeof message.spiAuto !== "boolean")
                            return "spiAuto: boolean expected";
                    if (message.src != null && $Object.hasOwnProperty.call(message, "src"))
                        if (!$util.isString(message.src))
                            return "src: string expected";
                    if (message.to != null && $Object.hasOwnProperty.call(message, "to"))
                        if (!$util.isString(message.to))
                            return "to: string expected";
                    if (message.toSrc != null && $Object.hasOwnProperty.call(message, "toSrc"))
                        if (!$util.isString(message.toSrc))
                            return "toSrc: string expected";
                    if (message.toSpi != null && $Object.hasOwnProperty.call(message, "toSpi"))
                        if (!$util.isInteger(message.toSpi))
                            return "toSpi: integer expected";
                    if (message.toSpiChoice != null && $Object.hasOwnProperty.call(message, "toSpiChoice"))
                        if (typeof message.toSpiChoice !== "number" || (message.toSpiChoice | 0) !== message.toSpiChoice)
                            return "toSpiChoice: enum value expected";
                    if (message.mode != null && $Object.hasOwnProperty.call(message, "mode"))
                        if (typeof message.mode !== "number" || (message.mode | 0) !== message.mode)
                            return "mode: enum value expected";
                    if (message.lifetime != null && $Object.hasOwnProperty.call(message, "lifetime"))
                        if (!$util.isInteger(message.lifetime))
                            return "lifetime: integer expected";
                    if (message.encap != null && $Object.hasOwnProperty.call(message, "encap")) {
                        let error = $root.ipsec_relay.control.v1.MatchEncapsulation.verify(message.encap, _depth + 1);
                        if (error)
                            return "encap." + error;
                    }
                    if (message.toEncap != null && $Object.hasOwnProperty.call(message, "toEncap")) {
                        let error = $root.ipsec_relay.control.v1.EmitEncapsulation.verify(message.toEncap, _depth + 1);
                        if (error)
                            return "toEncap." + error;
                    }
                    return null;
                };

                /**
                 * Gets the type url for SaRequest
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.SaRequest
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                SaRequest.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.SaRequest";
                };

                /**
                 * SpiChoice enum.
                 * @name ipsec_relay.control.v1.SaRequest.SpiChoice
                 * @enum {number}
                 * @property {number} SAME=0 SAME value
                 * @property {number} AUTO=1 AUTO value
                 * @property {number} VALUE=2 VALUE value
                 */
                SaRequest.SpiChoice = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "SAME"] = 0;
                    values[valuesById[1] = "AUTO"] = 1;
                    values[valuesById[2] = "VALUE"] = 2;
                    return values;
                })();

                return SaRequest;
            })();

            v1.MatchEncapsulation = (function() {

                /**
                 * Properties of a MatchEncapsulation.
                 * @typedef {Object} ipsec_relay.control.v1.MatchEncapsulation.$Properties
                 * @property {number|null} [peerPort] MatchEncapsulation peerPort
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a MatchEncapsulation.
                 * @memberof ipsec_relay.control.v1
                 * @interface IMatchEncapsulation
                 * @augments ipsec_relay.control.v1.MatchEncapsulation.$Properties
                 * @deprecated Use ipsec_relay.control.v1.MatchEncapsulation.$Properties instead.
                 */

                /**
                 * Shape of a MatchEncapsulation.
                 * @typedef {ipsec_relay.control.v1.MatchEncapsulation.$Properties} ipsec_relay.control.v1.MatchEncapsulation.$Shape
                 */

                /**
                 * Constructs a new MatchEncapsulation.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a MatchEncapsulation.
                 * @constructor
                 * @param {ipsec_relay.control.v1.MatchEncapsulation.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const MatchEncapsulation = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * MatchEncapsulation peerPort.
                 * @member {number} peerPort
                 * @memberof ipsec_relay.control.v1.MatchEncapsulation
                 * @instance
                 */
                MatchEncapsulation.prototype.peerPort = 0;

                /**
                 * Creates a new MatchEncapsulation instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.MatchEncapsulation
                 * @static
                 * @param {ipsec_relay.control.v1.MatchEncapsulation.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.MatchEncapsulation} MatchEncapsulation instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.MatchEncapsulation.$Shape): ipsec_relay.control.v1.MatchEncapsulation & ipsec_relay.control.v1.MatchEncapsulation.$Shape;
                 *   (properties?: ipsec_relay.control.v1.MatchEncapsulation.$Properties): ipsec_relay.control.v1.MatchEncapsulation;
                 * }}
                 */
                MatchEncapsulation.create = function(properties) {
                    return new MatchEncapsulation(properties);
                };

                /**
                 * Encodes the specified MatchEncapsulation message. Does not implicitly {@link ipsec_relay.control.v1.MatchEncapsulation.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.MatchEncapsulation
                 * @static
                 * @param {ipsec_relay.control.v1.MatchEncapsulation.$Properties} message MatchEncapsulation message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                MatchEncapsulation.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.peerPort != null && $Object.hasOwnProperty.call(message, "peerPort") && message.peerPort !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.peerPort);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a MatchEncapsulation message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.MatchEncapsulation
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.MatchEncapsulation & ipsec_relay.control.v1.MatchEncapsulation.$Shape} MatchEncapsulation
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                MatchEncapsulation.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.MatchEncapsulation();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.peerPort = value;
                                else
                                    delete message.peerPort;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a MatchEncapsulation message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.MatchEncapsulation
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                MatchEncapsulation.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.peerPort != null && $Object.hasOwnProperty.call(message, "peerPort"))
                        if (!$util.isInteger(message.peerPort))
                            return "peerPort: integer expected";
                    return null;
                };

                /**
                 * Gets the type url for MatchEncapsulation
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.MatchEncapsulation
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                MatchEncapsulation.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.MatchEncapsulation";
                };

                return MatchEncapsulation;
            })();

            v1.EmitEncapsulation = (function() {

                /**
                 * Properties of an EmitEncapsulation.
                 * @typedef {Object} ipsec_relay.control.v1.EmitEncapsulation.$Properties
                 * @property {boolean|null} [none] EmitEncapsulation none
                 * @property {number|null} [sourcePort] EmitEncapsulation sourcePort
                 * @property {number|null} [destinationPort] EmitEncapsulation destinationPort
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an EmitEncapsulation.
                 * @memberof ipsec_relay.control.v1
                 * @interface IEmitEncapsulation
                 * @augments ipsec_relay.control.v1.EmitEncapsulation.$Properties
                 * @deprecated Use ipsec_relay.control.v1.EmitEncapsulation.$Properties instead.
                 */

                /**
                 * Shape of an EmitEncapsulation.
                 * @typedef {ipsec_relay.control.v1.EmitEncapsulation.$Properties} ipsec_relay.control.v1.EmitEncapsulation.$Shape
                 */

                /**
                 * Constructs a new EmitEncapsulation.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents an EmitEncapsulation.
                 * @constructor
                 * @param {ipsec_relay.control.v1.EmitEncapsulation.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const EmitEncapsulation = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * EmitEncapsulation none.
                 * @member {boolean} none
                 * @memberof ipsec_relay.control.v1.EmitEncapsulation
                 * @instance
                 */
                EmitEncapsulation.prototype.none = false;

                /**
                 * EmitEncapsulation sourcePort.
                 * @member {number} sourcePort
                 * @memberof ipsec_relay.control.v1.EmitEncapsulation
                 * @instance
                 */
                EmitEncapsulation.prototype.sourcePort = 0;

                /**
                 * EmitEncapsulation destinationPort.
                 * @member {number} destinationPort
                 * @memberof ipsec_relay.control.v1.EmitEncapsulation
                 * @instance
                 */
                EmitEncapsulation.prototype.destinationPort = 0;

                /**
                 * Creates a new EmitEncapsulation instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.EmitEncapsulation
                 * @static
                 * @param {ipsec_relay.control.v1.EmitEncapsulation.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.EmitEncapsulation} EmitEncapsulation instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.EmitEncapsulation.$Shape): ipsec_relay.control.v1.EmitEncapsulation & ipsec_relay.control.v1.EmitEncapsulation.$Shape;
                 *   (properties?: ipsec_relay.control.v1.EmitEncapsulation.$Properties): ipsec_relay.control.v1.EmitEncapsulation;
                 * }}
                 */
                EmitEncapsulation.create = function(properties) {
                    return new EmitEncapsulation(properties);
                };

                /**
                 * Encodes the specified EmitEncapsulation message. Does not implicitly {@link ipsec_relay.control.v1.EmitEncapsulation.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.EmitEncapsulation
                 * @static
                 * @param {ipsec_relay.control.v1.EmitEncapsulation.$Properties} message EmitEncapsulation message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                EmitEncapsulation.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.none != null && $Object.hasOwnProperty.call(message, "none") && message.none !== false)
                        writer.uint32(/* id 1, wireType 0 =*/8).bool(message.none);
                    if (message.sourcePort != null && $Object.hasOwnProperty.call(message, "sourcePort") && message.sourcePort !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.sourcePort);
                    if (message.destinationPort != null && $Object.hasOwnProperty.call(message, "destinationPort") && message.destinationPort !== 0)
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.destinationPort);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an EmitEncapsulation message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.EmitEncapsulation
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.EmitEncapsulation & ipsec_relay.control.v1.EmitEncapsulation.$Shape} EmitEncapsulation
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                EmitEncapsulation.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.EmitEncapsulation();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.none = value;
                                else
                                    delete message.none;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.sourcePort = value;
                                else
                                    delete message.sourcePort;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.destinationPort = value;
                                else
                                    delete message.destinationPort;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies an EmitEncapsulation message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.EmitEncapsulation
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                EmitEncapsulation.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.none != null && $Object.hasOwnProperty.call(message, "none"))
                        if (typeof message.none !== "boolean")
                            return "none: boolean expected";
                    if (message.sourcePort != null && $Object.hasOwnProperty.call(message, "sourcePort"))
                        if (!$util.isInteger(message.sourcePort))
                            return "sourcePort: integer expected";
                    if (message.destinationPort != null && $Object.hasOwnProperty.call(message, "destinationPort"))
                        if (!$util.isInteger(message.destinationPort))
                            return "destinationPort: integer expected";
                    return null;
                };

                /**
                 * Gets the type url for EmitEncapsulation
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.EmitEncapsulation
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                EmitEncapsulation.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.EmitEncapsulation";
                };

                return EmitEncapsulation;
            })();

            v1.AddSasRequest = (function() {

                /**
                 * Properties of an AddSasRequest.
                 * @typedef {Object} ipsec_relay.control.v1.AddSasRequest.$Properties
                 * @property {Array.<ipsec_relay.control.v1.SaRequest.$Properties>|null} [sas] AddSasRequest sas
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an AddSasRequest.
                 * @memberof ipsec_relay.control.v1
                 * @interface IAddSasRequest
                 * @augments ipsec_relay.control.v1.AddSasRequest.$Properties
                 * @deprecated Use ipsec_relay.control.v1.AddSasRequest.$Properties instead.
                 */

                /**
                 * Shape of an AddSasRequest.
                 * @typedef {ipsec_relay.control.v1.AddSasRequest.$Properties} ipsec_relay.control.v1.AddSasRequest.$Shape
                 */

                /**
                 * Constructs a new AddSasRequest.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents an AddSasRequest.
                 * @constructor
                 * @param {ipsec_relay.control.v1.AddSasRequest.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const AddSasRequest = function (properties) {
                    this.sas = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * AddSasRequest sas.
                 * @member {Array.<ipsec_relay.control.v1.SaRequest.$Properties>} sas
                 * @memberof ipsec_relay.control.v1.AddSasRequest
                 * @instance
                 */
                AddSasRequest.prototype.sas = $util.emptyArray;

                /**
                 * Creates a new AddSasRequest instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.AddSasRequest
                 * @static
                 * @param {ipsec_relay.control.v1.AddSasRequest.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.AddSasRequest} AddSasRequest instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.AddSasRequest.$Shape): ipsec_relay.control.v1.AddSasRequest & ipsec_relay.control.v1.AddSasRequest.$Shape;
                 *   (properties?: ipsec_relay.control.v1.AddSasRequest.$Properties): ipsec_relay.control.v1.AddSasRequest;
                 * }}
                 */
                AddSasRequest.create = function(properties) {
                    return new AddSasRequest(properties);
                };

                /**
                 * Encodes the specified AddSasRequest message. Does not implicitly {@link ipsec_relay.control.v1.AddSasRequest.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.AddSasRequest
                 * @static
                 * @param {ipsec_relay.control.v1.AddSasRequest.$Properties} message AddSasRequest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                AddSasRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.sas != null && message.sas.length)
                        for (let i = 0; i < message.sas.length; ++i)
                            $root.ipsec_relay.control.v1.SaRequest.encode(message.sas[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an AddSasRequest message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.AddSasRequest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.AddSasRequest & ipsec_relay.control.v1.AddSasRequest.$Shape} AddSasRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                AddSasRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.AddSasRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.sas && message.sas.length))
                                    message.sas = [];
                                message.sas.push($root.ipsec_relay.control.v1.SaRequest.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies an AddSasRequest message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.AddSasRequest
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                AddSasRequest.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.sas != null && $Object.hasOwnProperty.call(message, "sas")) {
                        if (!$Array.isArray(message.sas))
                            return "sas: array expected";
                        for (let i = 0; i < message.sas.length; ++i) {
                            let error = $root.ipsec_relay.control.v1.SaRequest.verify(message.sas[i], _depth + 1);
                            if (error)
                                return "sas." + error;
                        }
                    }
                    return null;
                };

                /**
                 * Gets the type url for AddSasRequest
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.AddSasRequest
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                AddSasRequest.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.AddSasRequest";
                };

                return AddSasRequest;
            })();

            v1.AddSasResult = (function() {

                /**
                 * Properties of an AddSasResult.
                 * @typedef {Object} ipsec_relay.control.v1.AddSasResult.$Properties
                 * @property {Array.<ipsec_relay.control.v1.AddedSa.$Properties>|null} [sas] AddSasResult sas
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an AddSasResult.
                 * @memberof ipsec_relay.control.v1
                 * @interface IAddSasResult
                 * @augments ipsec_relay.control.v1.AddSasResult.$Properties
                 * @deprecated Use ipsec_relay.control.v1.AddSasResult.$Properties instead.
                 */

                /**
                 * Shape of an AddSasResult.
                 * @typedef {ipsec_relay.control.v1.AddSasResult.$Properties} ipsec_relay.control.v1.AddSasResult.$Shape
                 */

                /**
                 * Constructs a new AddSasResult.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents an AddSasResult.
                 * @constructor
                 * @param {ipsec_relay.control.v1.AddSasResult.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const AddSasResult = function (properties) {
                    this.sas = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * AddSasResult sas.
                 * @member {Array.<ipsec_relay.control.v1.AddedSa.$Properties>} sas
                 * @memberof ipsec_relay.control.v1.AddSasResult
                 * @instance
                 */
                AddSasResult.prototype.sas = $util.emptyArray;

                /**
                 * Creates a new AddSasResult instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.AddSasResult
                 * @static
                 * @param {ipsec_relay.control.v1.AddSasResult.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.AddSasResult} AddSasResult instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.AddSasResult.$Shape): ipsec_relay.control.v1.AddSasResult & ipsec_relay.control.v1.AddSasResult.$Shape;
                 *   (properties?: ipsec_relay.control.v1.AddSasResult.$Properties): ipsec_relay.control.v1.AddSasResult;
                 * }}
                 */
                AddSasResult.create = function(properties) {
                    return new AddSasResult(properties);
                };

                /**
                 * Encodes the specified AddSasResult message. Does not implicitly {@link ipsec_relay.control.v1.AddSasResult.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.AddSasResult
                 * @static
                 * @param {ipsec_relay.control.v1.AddSasResult.$Properties} message AddSasResult message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                AddSasResult.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.sas != null && message.sas.length)
                        for (let i = 0; i < message.sas.length; ++i)
                            $root.ipsec_relay.control.v1.AddedSa.encode(message.sas[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an AddSasResult message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.AddSasResult
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.AddSasResult & ipsec_relay.control.v1.AddSasResult.$Shape} AddSasResult
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                AddSasResult.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.AddSasResult();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.sas && message.sas.length))
                                    message.sas = [];
                                message.sas.push($root.ipsec_relay.control.v1.AddedSa.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies an AddSasResult message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.AddSasResult
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                AddSasResult.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.sas != null && $Object.hasOwnProperty.call(message, "sas")) {
                        if (!$Array.isArray(message.sas))
                            return "sas: array expected";
                        for (let i = 0; i < message.sas.length; ++i) {
                            let error = $root.ipsec_relay.control.v1.AddedSa.verify(message.sas[i], _depth + 1);
                            if (error)
                                return "sas." + error;
                        }
                    }
                    return null;
                };

                /**
                 * Gets the type url for AddSasResult
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.AddSasResult
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                AddSasResult.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.AddSasResult";
                };

                return AddSasResult;
            })();

            v1.AddedSa = (function() {

                /**
                 * Properties of an AddedSa.
                 * @typedef {Object} ipsec_relay.control.v1.AddedSa.$Properties
                 * @property {number|null} [id] AddedSa id
                 * @property {number|null} [spi] AddedSa spi
                 * @property {number|null} [toSpi] AddedSa toSpi
                 * @property {boolean|null} [existed] AddedSa existed
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an AddedSa.
                 * @memberof ipsec_relay.control.v1
                 * @interface IAddedSa
                 * @augments ipsec_relay.control.v1.AddedSa.$Properties
                 * @deprecated Use ipsec_relay.control.v1.AddedSa.$Properties instead.
                 */

                /**
                 * Shape of an AddedSa.
                 * @typedef {ipsec_relay.control.v1.AddedSa.$Properties} ipsec_relay.control.v1.AddedSa.$Shape
                 */

                /**
                 * Constructs a new AddedSa.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents an AddedSa.
                 * @constructor
                 * @param {ipsec_relay.control.v1.AddedSa.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const AddedSa = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * AddedSa id.
                 * @member {number} id
                 * @memberof ipsec_relay.control.v1.AddedSa
                 * @instance
                 */
                AddedSa.prototype.id = 0;

                /**
                 * AddedSa spi.
                 * @member {number} spi
                 * @memberof ipsec_relay.control.v1.AddedSa
                 * @instance
                 */
                AddedSa.prototype.spi = 0;

                /**
                 * AddedSa toSpi.
                 * @member {number} toSpi
                 * @memberof ipsec_relay.control.v1.AddedSa
                 * @instance
                 */
                AddedSa.prototype.toSpi = 0;

                /**
                 * AddedSa existed.
                 * @member {boolean} existed
                 * @memberof ipsec_relay.control.v1.AddedSa
                 * @instance
                 */
                AddedSa.prototype.existed = false;

                /**
                 * Creates a new AddedSa instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.AddedSa
                 * @static
                 * @param {ipsec_relay.control.v1.AddedSa.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.AddedSa} AddedSa instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.AddedSa.$Shape): ipsec_relay.control.v1.AddedSa & ipsec_relay.control.v1.AddedSa.$Shape;
                 *   (properties?: ipsec_relay.control.v1.AddedSa.$Properties): ipsec_relay.control.v1.AddedSa;
                 * }}
                 */
                AddedSa.create = function(properties) {
                    return new AddedSa(properties);
                };

                /**
                 * Encodes the specified AddedSa message. Does not implicitly {@link ipsec_relay.control.v1.AddedSa.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.AddedSa
                 * @static
                 * @param {ipsec_relay.control.v1.AddedSa.$Properties} message AddedSa message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                AddedSa.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(/* id 1, wireType 1 =*/9).double(message.id);
                    if (message.spi != null && $Object.hasOwnProperty.call(message, "spi") && message.spi !== 0)
                        writer.uint32(/* id 2, wireType 5 =*/21).fixed32(message.spi);
                    if (message.toSpi != null && $Object.hasOwnProperty.call(message, "toSpi") && message.toSpi !== 0)
                        writer.uint32(/* id 3, wireType 5 =*/29).fixed32(message.toSpi);
                    if (message.existed != null && $Object.hasOwnProperty.call(message, "existed") && message.existed !== false)
                        writer.uint32(/* id 4, wireType 0 =*/32).bool(message.existed);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an AddedSa message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.AddedSa
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.AddedSa & ipsec_relay.control.v1.AddedSa.$Shape} AddedSa
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                AddedSa.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.AddedSa();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 5)
                                    break;
                                if (value = reader.fixed32())
                                    message.spi = value;
                                else
                                    delete message.spi;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 5)
                                    break;
                                if (value = reader.fixed32())
                                    message.toSpi = value;
                                else
                                    delete message.toSpi;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.existed = value;
                                else
                                    delete message.existed;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies an AddedSa message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.AddedSa
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                AddedSa.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                        if (typeof message.id !== "number")
                            return "id: number expected";
                    if (message.spi != null && $Object.hasOwnProperty.call(message, "spi"))
                        if (!$util.isInteger(message.spi))
                            return "spi: integer expected";
                    if (message.toSpi != null && $Object.hasOwnProperty.call(message, "toSpi"))
                        if (!$util.isInteger(message.toSpi))
                            return "toSpi: integer expected";
                    if (message.existed != null && $Object.hasOwnProperty.call(message, "existed"))
                        if (typeof message.existed !== "boolean")
                            return "existed: boolean expected";
                    return null;
                };

                /**
                 * Gets the type url for AddedSa
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.AddedSa
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                AddedSa.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.AddedSa";
                };

                return AddedSa;
            })();

            v1.ListSasRequest = (function() {

                /**
                 * Properties of a ListSasRequest.
                 * @typedef {Object} ipsec_relay.control.v1.ListSasRequest.$Properties
                 * @property {number|null} [id] ListSasRequest id
                 * @property {number|null} [after] ListSasRequest after
                 * @property {number|null} [limit] ListSasRequest limit
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a ListSasRequest.
                 * @memberof ipsec_relay.control.v1
                 * @interface IListSasRequest
                 * @augments ipsec_relay.control.v1.ListSasRequest.$Properties
                 * @deprecated Use ipsec_relay.control.v1.ListSasRequest.$Properties instead.
                 */

                /**
                 * Shape of a ListSasRequest.
                 * @typedef {ipsec_relay.control.v1.ListSasRequest.$Properties} ipsec_relay.control.v1.ListSasRequest.$Shape
                 */

                /**
                 * Constructs a new ListSasRequest.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a ListSasRequest.
                 * @constructor
                 * @param {ipsec_relay.control.v1.ListSasRequest.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const ListSasRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * ListSasRequest id.
                 * @member {number} id
                 * @memberof ipsec_relay.control.v1.ListSasRequest
                 * @instance
                 */
                ListSasRequest.prototype.id = 0;

                /**
                 * ListSasRequest after.
                 * @member {number} after
                 * @memberof ipsec_relay.control.v1.ListSasRequest
                 * @instance
                 */
                ListSasRequest.prototype.after = 0;

                /**
                 * ListSasRequest limit.
                 * @member {number} limit
                 * @memberof ipsec_relay.control.v1.ListSasRequest
                 * @instance
                 */
                ListSasRequest.prototype.limit = 0;

                /**
                 * Creates a new ListSasRequest instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.ListSasRequest
                 * @static
                 * @param {ipsec_relay.control.v1.ListSasRequest.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.ListSasRequest} ListSasRequest instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.ListSasRequest.$Shape): ipsec_relay.control.v1.ListSasRequest & ipsec_relay.control.v1.ListSasRequest.$Shape;
                 *   (properties?: ipsec_relay.control.v1.ListSasRequest.$Properties): ipsec_relay.control.v1.ListSasRequest;
                 * }}
                 */
                ListSasRequest.create = function(properties) {
                    return new ListSasRequest(properties);
                };

                /**
                 * Encodes the specified ListSasRequest message. Does not implicitly {@link ipsec_relay.control.v1.ListSasRequest.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.ListSasRequest
                 * @static
                 * @param {ipsec_relay.control.v1.ListSasRequest.$Properties} message ListSasRequest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                ListSasRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(/* id 1, wireType 1 =*/9).double(message.id);
                    if (message.after != null && $Object.hasOwnProperty.call(message, "after") && !$Object.is(message.after, 0))
                        writer.uint32(/* id 2, wireType 1 =*/17).double(message.after);
                    if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.limit);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a ListSasRequest message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.ListSasRequest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.ListSasRequest & ipsec_relay.control.v1.ListSasRequest.$Shape} ListSasRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                ListSasRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.ListSasRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.after = value;
                                else
                                    delete message.after;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.limit = value;
                                else
                                    delete message.limit;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a ListSasRequest message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.ListSasRequest
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                ListSasRequest.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                        if (typeof message.id !== "number")
                            return "id: number expected";
                    if (message.after != null && $Object.hasOwnProperty.call(message, "after"))
                        if (typeof message.after !== "number")
                            return "after: number expected";
                    if (message.limit != null && $Object.hasOwnProperty.call(message, "limit"))
                        if (!$util.isInteger(message.limit))
                            return "limit: integer expected";
                    return null;
                };

                /**
                 * Gets the type url for ListSasRequest
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.ListSasRequest
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                ListSasRequest.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.ListSasRequest";
                };

                return ListSasRequest;
            })();

            v1.SaList = (function() {

                /**
                 * Properties of a SaList.
                 * @typedef {Object} ipsec_relay.control.v1.SaList.$Properties
                 * @property {Array.<ipsec_relay.control.v1.Sa.$Properties>|null} [sas] SaList sas
                 * @property {boolean|null} [more] SaList more
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a SaList.
                 * @memberof ipsec_relay.control.v1
                 * @interface ISaList
                 * @augments ipsec_relay.control.v1.SaList.$Properties
                 * @deprecated Use ipsec_relay.control.v1.SaList.$Properties instead.
                 */

                /**
                 * Shape of a SaList.
                 * @typedef {ipsec_relay.control.v1.SaList.$Properties} ipsec_relay.control.v1.SaList.$Shape
                 */

                /**
                 * Constructs a new SaList.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a SaList.
                 * @constructor
                 * @param {ipsec_relay.control.v1.SaList.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const SaList = function (properties) {
                    this.sas = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * SaList sas.
                 * @member {Array.<ipsec_relay.control.v1.Sa.$Properties>} sas
                 * @memberof ipsec_relay.control.v1.SaList
                 * @instance
                 */
                SaList.prototype.sas = $util.emptyArray;

                /**
                 * SaList more.
                 * @member {boolean} more
                 * @memberof ipsec_relay.control.v1.SaList
                 * @instance
                 */
                SaList.prototype.more = false;

                /**
                 * Creates a new SaList instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.SaList
                 * @static
                 * @param {ipsec_relay.control.v1.SaList.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.SaList} SaList instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.SaList.$Shape): ipsec_relay.control.v1.SaList & ipsec_relay.control.v1.SaList.$Shape;
                 *   (properties?: ipsec_relay.control.v1.SaList.$Properties): ipsec_relay.control.v1.SaList;
                 * }}
                 */
                SaList.create = function(properties) {
                    return new SaList(properties);
                };

                /**
                 * Encodes the specified SaList message. Does not implicitly {@link ipsec_relay.control.v1.SaList.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.SaList
                 * @static
                 * @param {ipsec_relay.control.v1.SaList.$Properties} message SaList message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                SaList.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.sas != null && message.sas.length)
                        for (let i = 0; i < message.sas.length; ++i)
                            $root.ipsec_relay.control.v1.Sa.encode(message.sas[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                    if (message.more != null && $Object.hasOwnProperty.call(message, "more") && message.more !== false)
                        writer.uint32(/* id 2, wireType 0 =*/16).bool(message.more);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a SaList message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.SaList
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.SaList & ipsec_relay.control.v1.SaList.$Shape} SaList
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                SaList.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.SaList();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.sas && message.sas.length))
                                    message.sas = [];
                                message.sas.push($root.ipsec_relay.control.v1.Sa.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.more = value;
                                else
                                    delete message.more;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a SaList message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.SaList
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                SaList.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.sas != null && $Object.hasOwnProperty.call(message, "sas")) {
                        if (!$Array.isArray(message.sas))
                            return "sas: array expected";
                        for (let i = 0; i < message.sas.length; ++i) {
                            let error = $root.ipsec_relay.control.v1.Sa.verify(message.sas[i], _depth + 1);
                            if (error)
                                return "sas." + error;
                        }
                    }
                    if (message.more != null && $Object.hasOwnProperty.call(message, "more"))
                        if (typeof message.more !== "boolean")
                            return "more: boolean expected";
                    return null;
                };

                /**
                 * Gets the type url for SaList
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.SaList
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                SaList.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.SaList";
                };

                return SaList;
            })();

            v1.Sa = (function() {

                /**
                 * Properties of a Sa.
                 * @typedef {Object} ipsec_relay.control.v1.Sa.$Properties
                 * @property {number|null} [id] Sa id
                 * @property {string|null} [name] Sa name
                 * @property {ipsec_relay.control.v1.Protocol|null} [protocol] Sa protocol
                 * @property {string|null} [dst] Sa dst
                 * @property {number|null} [spi] Sa spi
                 * @property {string|null} [src] Sa src
                 * @property {string|null} [to] Sa to
                 * @property {string|null} [toSrc] Sa toSrc
                 * @property {number|null} [toSpi] Sa toSpi
                 * @property {ipsec_relay.control.v1.Mode|null} [mode] Sa mode
                 * @property {ipsec_relay.control.v1.MatchEncapsulation.$Properties|null} [encap] Sa encap
                 * @property {ipsec_relay.control.v1.EmitEncapsulation.$Properties|null} [toEncap] Sa toEncap
                 * @property {ipsec_relay.control.v1.Sa.Origin|null} [origin] Sa origin
                 * @property {number|null} [addedMs] Sa addedMs
                 * @property {number|null} [expiresMs] Sa expiresMs
                 * @property {number|null} [packets] Sa packets
                 * @property {number|null} [bytes] Sa bytes
                 * @property {number|null} [lastPacketMs] Sa lastPacketMs
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Sa.
                 * @memberof ipsec_relay.control.v1
                 * @interface ISa
                 * @augments ipsec_relay.control.v1.Sa.$Properties
                 * @deprecated Use ipsec_relay.control.v1.Sa.$Properties instead.
                 */

                /**
                 * Shape of a Sa.
                 * @typedef {ipsec_relay.control.v1.Sa.$Properties} ipsec_relay.control.v1.Sa.$Shape
                 */

                /**
                 * Constructs a new Sa.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a Sa.
                 * @constructor
                 * @param {ipsec_relay.control.v1.Sa.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Sa = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Sa id.
                 * @member {number} id
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.id = 0;

                /**
                 * Sa name.
                 * @member {string} name
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.name = "";

                /**
                 * Sa protocol.
                 * @member {ipsec_relay.control.v1.Protocol} protocol
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.protocol = 0;

                /**
                 * Sa dst.
                 * @member {string} dst
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.dst = "";

                /**
                 * Sa spi.
                 * @member {number} spi
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.spi = 0;

                /**
                 * Sa src.
                 * @member {string} src
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.src = "";

                /**
                 * Sa to.
                 * @member {string} to
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.to = "";

                /**
                 * Sa toSrc.
                 * @member {string} toSrc
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.toSrc = "";

                /**
                 * Sa toSpi.
                 * @member {number} toSpi
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.toSpi = 0;

                /**
                 * Sa mode.
                 * @member {ipsec_relay.control.v1.Mode} mode
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.mode = 0;

                /**
                 * Sa encap.
                 * @member {ipsec_relay.control.v1.MatchEncapsulation.$Properties|null|undefined} encap
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.encap = null;

                /**
                 * Sa toEncap.
                 * @member {ipsec_relay.control.v1.EmitEncapsulation.$Properties|null|undefined} toEncap
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.toEncap = null;

                /**
                 * Sa origin.
                 * @member {ipsec_relay.control.v1.Sa.Origin} origin
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.origin = 0;

                /**
                 * Sa addedMs.
                 * @member {number} addedMs
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.addedMs = 0;

                /**
                 * Sa expiresMs.
                 * @member {number} expiresMs
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.expiresMs = 0;

                /**
                 * Sa packets.
                 * @member {number} packets
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.packets = 0;

                /**
                 * Sa bytes.
                 * @member {number} bytes
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.bytes = 0;

                /**
                 * Sa lastPacketMs.
                 * @member {number} lastPacketMs
                 * @memberof ipsec_relay.control.v1.Sa
                 * @instance
                 */
                Sa.prototype.lastPacketMs = 0;

                /**
                 * Creates a new Sa instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.Sa
                 * @static
                 * @param {ipsec_relay.control.v1.Sa.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.Sa} Sa instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.Sa.$Shape): ipsec_relay.control.v1.Sa & ipsec_relay.control.v1.Sa.$Shape;
                 *   (properties?: ipsec_relay.control.v1.Sa.$Properties): ipsec_relay.control.v1.Sa;
                 * }}
                 */
                Sa.create = function(properties) {
                    return new Sa(properties);
                };

                /**
                 * Encodes the specified Sa message. Does not implicitly {@link ipsec_relay.control.v1.Sa.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.Sa
                 * @static
                 * @param {ipsec_relay.control.v1.Sa.$Properties} message Sa message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Sa.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(/* id 1, wireType 1 =*/9).double(message.id);
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.name);
                    if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== 0)
                        writer.uint32(/* id 3, wireType 0 =*/24).int32(message.protocol);
                    if (message.dst != null && $Object.hasOwnProperty.call(message, "dst") && message.dst !== "")
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.dst);
                    if (message.spi != null && $Object.hasOwnProperty.call(message, "spi") && message.spi !== 0)
                        writer.uint32(/* id 5, wireType 5 =*/45).fixed32(message.spi);
                    if (message.src != null && $Object.hasOwnProperty.call(message, "src") && message.src !== "")
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message.src);
                    if (message.to != null && $Object.hasOwnProperty.call(message, "to") && message.to !== "")
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.to);
                    if (message.toSrc != null && $Object.hasOwnProperty.call(message, "toSrc") && message.toSrc !== "")
                        writer.uint32(/* id 8, wireType 2 =*/66).string(message.toSrc);
                    if (message.toSpi != null && $Object.hasOwnProperty.call(message, "toSpi") && message.toSpi !== 0)
                        writer.uint32(/* id 9, wireType 5 =*/77).fixed32(message.toSpi);
                    if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== 0)
                        writer.uint32(/* id 10, wireType 0 =*/80).int32(message.mode);
                    if (message.encap != null && $Object.hasOwnProperty.call(message, "encap"))
                        $root.ipsec_relay.control.v1.MatchEncapsulation.encode(message.encap, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                    if (message.toEncap != null && $Object.hasOwnProperty.call(message, "toEncap"))
                        $root.ipsec_relay.control.v1.EmitEncapsulation.encode(message.toEncap, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                    if (message.origin != null && $Object.hasOwnProperty.call(message, "origin") && message.origin !== 0)
                        writer.uint32(/* id 13, wireType 0 =*/104).int32(message.origin);
                    if (message.addedMs != null && $Object.hasOwnProperty.call(message, "addedMs") && !$Object.is(message.addedMs, 0))
                        writer.uint32(/* id 14, wireType 1 =*/113).double(message.addedMs);
                    if (message.expiresMs != null && $Object.hasOwnProperty.call(message, "expiresMs") && !$Object.is(message.expiresMs, 0))
                        writer.uint32(/* id 15, wireType 1 =*/121).double(message.expiresMs);
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets") && !$Object.is(message.packets, 0))
                        writer.uint32(/* id 16, wireType 1 =*/129).double(message.packets);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && !$Object.is(message.bytes, 0))
                        writer.uint32(/* id 17, wireType 1 =*/137).double(message.bytes);
                    if (message.lastPacketMs != null && $Object.hasOwnProperty.call(message, "lastPacketMs") && !$Object.is(message.lastPacketMs, 0))
                        writer.uint32(/* id 18, wireType 1 =*/145).double(message.lastPacketMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Sa message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.Sa
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Sa & ipsec_relay.control.v1.Sa.$Shape} Sa
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Sa.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.Sa();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.name = value;
                                else
                                    delete message.name;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.protocol = value;
                                else
                                    delete message.protocol;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.dst = value;
                                else
                                    delete message.dst;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 5)
                                    break;
                                if (value = reader.fixed32())
                                    message.spi = value;
                                else
                                    delete message.spi;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.src = value;
                                else
                                    delete message.src;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.to = value;
                                else
                                    delete message.to;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.toSrc = value;
                                else
                                    delete message.toSrc;
                                continue;
                            }
                        case 9: {
                                if (wireType !== 5)
                                    break;
                                if (value = reader.fixed32())
                                    message.toSpi = value;
                                else
                                    delete message.toSpi;
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.mode = value;
                                else
                                    delete message.mode;
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                message.encap = $root.ipsec_relay.control.v1.MatchEncapsulation.decode(reader, reader.size(), $undefined, _depth + 1, message.encap);
                                continue;
                            }
                        case 12: {
                                if (wireType !== 2)
                                    break;
                                message.toEncap = $root.ipsec_relay.control.v1.EmitEncapsulation.decode(reader, reader.size(), $undefined, _depth + 1, message.toEncap);
                                continue;
                            }
                        case 13: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.origin = value;
                                else
                                    delete message.origin;
                                continue;
                            }
                        case 14: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.addedMs = value;
                                else
                                    delete message.addedMs;
                                continue;
                            }
                        case 15: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.expiresMs = value;
                                else
                                    delete message.expiresMs;
                                continue;
                            }
                        case 16: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.packets = value;
                                else
                                    delete message.packets;
                                continue;
                            }
                        case 17: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.bytes = value;
                                else
                                    delete message.bytes;
                                continue;
                            }
                        case 18: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.lastPacketMs = value;
                                else
                                    delete message.lastPacketMs;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a Sa message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.Sa
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                Sa.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                        if (typeof message.id !== "number")
                            return "id: number expected";
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                        if (!$util.isString(message.name))
                            return "name: string expected";
                    if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol"))
                        if (typeof message.protocol !== "number" || (message.protocol | 0) !== message.protocol)
                            return "protocol: enum value expected";
                    if (message.dst != null && $Object.hasOwnProperty.call(message, "dst"))
                        if (!$util.isString(message.dst))
                            return "dst: string expected";
                    if (message.spi != null && $Object.hasOwnProperty.call(message, "spi"))
                        if (!$util.isInteger(message.spi))
                            return "spi: integer expected";
                    if (message.src != null && $Object.hasOwnProperty.call(message, "src"))
                        if (!$util.isString(message.src))
                            return "src: string expected";
                    if (message.to != null && $Object.hasOwnProperty.call(message, "to"))
                        if (!$util.isString(message.to))
                            return "to: string expected";
                    if (message.toSrc != null && $Object.hasOwnProperty.call(message, "toSrc"))
                        if (!$util.isString(message.toSrc))
                            return "toSrc: string expected";
                    if (message.toSpi != null && $Object.hasOwnProperty.call(message, "toSpi"))
                        if (!$util.isInteger(message.toSpi))
                            return "toSpi: integer expected";
                    if (message.mode != null && $Object.hasOwnProperty.call(message, "mode"))
                        if (typeof message.mode !== "number" || (message.mode | 0) !== message.mode)
                            return "mode: enum value expected";
                    if (message.encap != null && $Object.hasOwnProperty.call(message, "encap")) {
                        let error = $root.ipsec_relay.control.v1.MatchEncapsulation.verify(message.encap, _depth + 1);
                        if (error)
                            return "encap." + error;
                    }
                    if (message.toEncap != null && $Object.hasOwnProperty.call(message, "toEncap")) {
                        let error = $root.ipsec_relay.control.v1.EmitEncapsulation.verify(message.toEncap, _depth + 1);
                        if (error)
                            return "toEncap." + error;
                    }
                    if (message.origin != null && $Object.hasOwnProperty.call(message, "origin"))
                        if (typeof message.origin !== "number" || (message.origin | 0) !== message.origin)
                            return "origin: enum value expected";
                    if (message.addedMs != null && $Object.hasOwnProperty.call(message, "addedMs"))
                        if (typeof message.addedMs !== "number")
                            return "addedMs: number expected";
                    if (message.expiresMs != null && $Object.hasOwnProperty.call(message, "expiresMs"))
                        if (typeof message.expiresMs !== "number")
                            return "expiresMs: number expected";
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets"))
                        if (typeof message.packets !== "number")
                            return "packets: number expected";
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes"))
                        if (typeof message.bytes !== "number")
                            return "bytes: number expected";
                    if (message.lastPacketMs != null && $Object.hasOwnProperty.call(message, "lastPacketMs"))
                        if (typeof message.lastPacketMs !== "number")
                            return "lastPacketMs: number expected";
                    return null;
                };

                /**
                 * Gets the type url for Sa
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.Sa
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                Sa.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.Sa";
                };

                /**
                 * Origin enum.
                 * @name ipsec_relay.control.v1.Sa.Origin
                 * @enum {number}
                 * @property {number} RUNTIME=0 RUNTIME value
                 * @property {number} CONFIG=1 CONFIG value
                 */
                Sa.Origin = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "RUNTIME"] = 0;
                    values[valuesById[1] = "CONFIG"] = 1;
                    return values;
                })();

                return Sa;
            })();

            v1.DeleteSasRequest = (function() {

                /**
                 * Properties of a DeleteSasRequest.
                 * @typedef {Object} ipsec_relay.control.v1.DeleteSasRequest.$Properties
                 * @property {number|null} [id] DeleteSasRequest id
                 * @property {string|null} [name] DeleteSasRequest name
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a DeleteSasRequest.
                 * @memberof ipsec_relay.control.v1
                 * @interface IDeleteSasRequest
                 * @augments ipsec_relay.control.v1.DeleteSasRequest.$Properties
                 * @deprecated Use ipsec_relay.control.v1.DeleteSasRequest.$Properties instead.
                 */

                /**
                 * Shape of a DeleteSasRequest.
                 * @typedef {ipsec_relay.control.v1.DeleteSasRequest.$Properties} ipsec_relay.control.v1.DeleteSasRequest.$Shape
                 */

                /**
                 * Constructs a new DeleteSasRequest.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a DeleteSasRequest.
                 * @constructor
                 * @param {ipsec_relay.control.v1.DeleteSasRequest.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const DeleteSasRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * DeleteSasRequest id.
                 * @member {number} id
                 * @memberof ipsec_relay.control.v1.DeleteSasRequest
                 * @instance
                 */
                DeleteSasRequest.prototype.id = 0;

                /**
                 * DeleteSasRequest name.
                 * @member {string} name
                 * @memberof ipsec_relay.control.v1.DeleteSasRequest
                 * @instance
                 */
                DeleteSasRequest.prototype.name = "";

                /**
                 * Creates a new DeleteSasRequest instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.DeleteSasRequest
                 * @static
                 * @param {ipsec_relay.control.v1.DeleteSasRequest.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.DeleteSasRequest} DeleteSasRequest instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.DeleteSasRequest.$Shape): ipsec_relay.control.v1.DeleteSasRequest & ipsec_relay.control.v1.DeleteSasRequest.$Shape;
                 *   (properties?: ipsec_relay.control.v1.DeleteSasRequest.$Properties): ipsec_relay.control.v1.DeleteSasRequest;
                 * }}
                 */
                DeleteSasRequest.create = function(properties) {
                    return new DeleteSasRequest(properties);
                };

                /**
                 * Encodes the specified DeleteSasRequest message. Does not implicitly {@link ipsec_relay.control.v1.DeleteSasRequest.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.DeleteSasRequest
                 * @static
                 * @param {ipsec_relay.control.v1.DeleteSasRequest.$Properties} message DeleteSasRequest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                DeleteSasRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(/* id 1, wireType 1 =*/9).double(message.id);
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.name);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a DeleteSasRequest message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.DeleteSasRequest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.DeleteSasRequest & ipsec_relay.control.v1.DeleteSasRequest.$Shape} DeleteSasRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                DeleteSasRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.DeleteSasRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.name = value;
                                else
                                    delete message.name;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a DeleteSasRequest message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.DeleteSasRequest
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                DeleteSasRequest.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                        if (typeof message.id !== "number")
                            return "id: number expected";
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                        if (!$util.isString(message.name))
                            return "name: string expected";
                    return null;
                };

                /**
                 * Gets the type url for DeleteSasRequest
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.DeleteSasRequest
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                DeleteSasRequest.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.DeleteSasRequest";
                };

                return DeleteSasRequest;
            })();

            v1.FlushSasRequest = (function() {

                /**
                 * Properties of a FlushSasRequest.
                 * @typedef {Object} ipsec_relay.control.v1.FlushSasRequest.$Properties
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a FlushSasRequest.
                 * @memberof ipsec_relay.control.v1
                 * @interface IFlushSasRequest
                 * @augments ipsec_relay.control.v1.FlushSasRequest.$Properties
                 * @deprecated Use ipsec_relay.control.v1.FlushSasRequest.$Properties instead.
                 */

                /**
                 * Shape of a FlushSasRequest.
                 * @typedef {ipsec_relay.control.v1.FlushSasRequest.$Properties} ipsec_relay.control.v1.FlushSasRequest.$Shape
                 */

                /**
                 * Constructs a new FlushSasRequest.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a FlushSasRequest.
                 * @constructor
                 * @param {ipsec_relay.control.v1.FlushSasRequest.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const FlushSasRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Creates a new FlushSasRequest instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.FlushSasRequest
                 * @static
                 * @param {ipsec_relay.control.v1.FlushSasRequest.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.FlushSasRequest} FlushSasRequest instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.FlushSasRequest.$Shape): ipsec_relay.control.v1.FlushSasRequest & ipsec_relay.control.v1.FlushSasRequest.$Shape;
                 *   (properties?: ipsec_relay.control.v1.FlushSasRequest.$Properties): ipsec_relay.control.v1.FlushSasRequest;
                 * }}
                 */
                FlushSasRequest.create = function(properties) {
                    return new FlushSasRequest(properties);
                };

                /**
                 * Encodes the specified FlushSasRequest message. Does not implicitly {@link ipsec_relay.control.v1.FlushSasRequest.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.FlushSasRequest
                 * @static
                 * @param {ipsec_relay.control.v1.FlushSasRequest.$Properties} message FlushSasRequest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                FlushSasRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a FlushSasRequest message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.FlushSasRequest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.FlushSasRequest & ipsec_relay.control.v1.FlushSasRequest.$Shape} FlushSasRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                FlushSasRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.FlushSasRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        reader.skipType(tag & 7, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a FlushSasRequest message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.FlushSasRequest
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                FlushSasRequest.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    return null;
                };

                /**
                 * Gets the type url for FlushSasRequest
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.FlushSasRequest
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                FlushSasRequest.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.FlushSasRequest";
                };

                return FlushSasRequest;
            })();

            v1.DeletedSas = (function() {

                /**
                 * Properties of a DeletedSas.
                 * @typedef {Object} ipsec_relay.control.v1.DeletedSas.$Properties
                 * @property {number|null} [count] DeletedSas count
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a DeletedSas.
                 * @memberof ipsec_relay.control.v1
                 * @interface IDeletedSas
                 * @augments ipsec_relay.control.v1.DeletedSas.$Properties
                 * @deprecated Use ipsec_relay.control.v1.DeletedSas.$Properties instead.
                 */

                /**
                 * Shape of a DeletedSas.
                 * @typedef {ipsec_relay.control.v1.DeletedSas.$Properties} ipsec_relay.control.v1.DeletedSas.$Shape
                 */

                /**
                 * Constructs a new DeletedSas.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a DeletedSas.
                 * @constructor
                 * @param {ipsec_relay.control.v1.DeletedSas.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const DeletedSas = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * DeletedSas count.
                 * @member {number} count
                 * @memberof ipsec_relay.control.v1.DeletedSas
                 * @instance
                 */
                DeletedSas.prototype.count = 0;

                /**
                 * Creates a new DeletedSas instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.DeletedSas
                 * @static
                 * @param {ipsec_relay.control.v1.DeletedSas.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.DeletedSas} DeletedSas instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.DeletedSas.$Shape): ipsec_relay.control.v1.DeletedSas & ipsec_relay.control.v1.DeletedSas.$Shape;
                 *   (properties?: ipsec_relay.control.v1.DeletedSas.$Properties): ipsec_relay.control.v1.DeletedSas;
                 * }}
                 */
                DeletedSas.create = function(properties) {
                    return new DeletedSas(properties);
                };

                /**
                 * Encodes the specified DeletedSas message. Does not implicitly {@link ipsec_relay.control.v1.DeletedSas.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.DeletedSas
                 * @static
                 * @param {ipsec_relay.control.v1.DeletedSas.$Properties} message DeletedSas message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                DeletedSas.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.count);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a DeletedSas message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.DeletedSas
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.DeletedSas & ipsec_relay.control.v1.DeletedSas.$Shape} DeletedSas
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                DeletedSas.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.DeletedSas();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.count = value;
                                else
                                    delete message.count;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a DeletedSas message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.DeletedSas
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                DeletedSas.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.count != null && $Object.hasOwnProperty.call(message, "count"))
                        if (!$util.isInteger(message.count))
                            return "count: integer expected";
                    return null;
                };

                /**
                 * Gets the type url for DeletedSas
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.DeletedSas
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                DeletedSas.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.DeletedSas";
                };

                return DeletedSas;
            })();

            v1.MonitorRequest = (function() {

                /**
                 * Properties of a MonitorRequest.
                 * @typedef {Object} ipsec_relay.control.v1.MonitorRequest.$Properties
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a MonitorRequest.
                 * @memberof ipsec_relay.control.v1
                 * @interface IMonitorRequest
                 * @augments ipsec_relay.control.v1.MonitorRequest.$Properties
                 * @deprecated Use ipsec_relay.control.v1.MonitorRequest.$Properties instead.
                 */

                /**
                 * Shape of a MonitorRequest.
                 * @typedef {ipsec_relay.control.v1.MonitorRequest.$Properties} ipsec_relay.control.v1.MonitorRequest.$Shape
                 */

                /**
                 * Constructs a new MonitorRequest.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a MonitorRequest.
                 * @constructor
                 * @param {ipsec_relay.control.v1.MonitorRequest.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const MonitorRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Creates a new MonitorRequest instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.MonitorRequest
                 * @static
                 * @param {ipsec_relay.control.v1.MonitorRequest.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.MonitorRequest} MonitorRequest instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.MonitorRequest.$Shape): ipsec_relay.control.v1.MonitorRequest & ipsec_relay.control.v1.MonitorRequest.$Shape;
                 *   (properties?: ipsec_relay.control.v1.MonitorRequest.$Properties): ipsec_relay.control.v1.MonitorRequest;
                 * }}
                 */
                MonitorRequest.create = function(properties) {
                    return new MonitorRequest(properties);
                };

                /**
                 * Encodes the specified MonitorRequest message. Does not implicitly {@link ipsec_relay.control.v1.MonitorRequest.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.MonitorRequest
                 * @static
                 * @param {ipsec_relay.control.v1.MonitorRequest.$Properties} message MonitorRequest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                MonitorRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a MonitorRequest message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.MonitorRequest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.MonitorRequest & ipsec_relay.control.v1.MonitorRequest.$Shape} MonitorRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                MonitorRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.MonitorRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        reader.skipType(tag & 7, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a MonitorRequest message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.MonitorRequest
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                MonitorRequest.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    return null;
                };

                /**
                 * Gets the type url for MonitorRequest
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.MonitorRequest
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                MonitorRequest.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.MonitorRequest";
                };

                return MonitorRequest;
            })();

            v1.Event = (function() {

                /**
                 * Properties of an Event.
                 * @typedef {Object} ipsec_relay.control.v1.Event.$Properties
                 * @property {number|null} [timeMs] Event timeMs
                 * @property {string|null} [event] Event event
                 * @property {ipsec_relay.control.v1.Sa.$Properties|null} [sa] Event sa
                 * @property {string|null} [message] Event message
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an Event.
                 * @memberof ipsec_relay.control.v1
                 * @interface IEvent
                 * @augments ipsec_relay.control.v1.Event.$Properties
                 * @deprecated Use ipsec_relay.control.v1.Event.$Properties instead.
                 */

                /**
                 * Shape of an Event.
                 * @typedef {ipsec_relay.control.v1.Event.$Properties} ipsec_relay.control.v1.Event.$Shape
                 */

                /**
                 * Constructs a new Event.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents an Event.
                 * @constructor
                 * @param {ipsec_relay.control.v1.Event.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Event = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Event timeMs.
                 * @member {number} timeMs
                 * @memberof ipsec_relay.control.v1.Event
                 * @instance
                 */
                Event.prototype.timeMs = 0;

                /**
                 * Event event.
                 * @member {string} event
                 * @memberof ipsec_relay.control.v1.Event
                 * @instance
                 */
                Event.prototype.event = "";

                /**
                 * Event sa.
                 * @member {ipsec_relay.control.v1.Sa.$Properties|null|undefined} sa
                 * @memberof ipsec_relay.control.v1.Event
                 * @instance
                 */
                Event.prototype.sa = null;

                /**
                 * Event message.
                 * @member {string} message
                 * @memberof ipsec_relay.control.v1.Event
                 * @instance
                 */
                Event.prototype.message = "";

                /**
                 * Creates a new Event instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.Event
                 * @static
                 * @param {ipsec_relay.control.v1.Event.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.Event} Event instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.Event.$Shape): ipsec_relay.control.v1.Event & ipsec_relay.control.v1.Event.$Shape;
                 *   (properties?: ipsec_relay.control.v1.Event.$Properties): ipsec_relay.control.v1.Event;
                 * }}
                 */
                Event.create = function(properties) {
                    return new Event(properties);
                };

                /**
                 * Encodes the specified Event message. Does not implicitly {@link ipsec_relay.control.v1.Event.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.Event
                 * @static
                 * @param {ipsec_relay.control.v1.Event.$Properties} message Event message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Event.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.timeMs != null && $Object.hasOwnProperty.call(message, "timeMs") && !$Object.is(message.timeMs, 0))
                        writer.uint32(/* id 1, wireType 1 =*/9).double(message.timeMs);
                    if (message.event != null && $Object.hasOwnProperty.call(message, "event") && message.event !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.event);
                    if (message.sa != null && $Object.hasOwnProperty.call(message, "sa"))
                        $root.ipsec_relay.control.v1.Sa.encode(message.sa, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.message);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an Event message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.Event
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Event & ipsec_relay.control.v1.Event.$Shape} Event
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Event.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.Event();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.timeMs = value;
                                else
                                    delete message.timeMs;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.event = value;
                                else
                                    delete message.event;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.sa = $root.ipsec_relay.control.v1.Sa.decode(reader, reader.size(), $undefined, _depth + 1, message.sa);
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.message = value;
                                else
                                    delete message.message;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies an Event message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.Event
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                Event.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    if (message.timeMs != null && $Object.hasOwnProperty.call(message, "timeMs"))
                        if (typeof message.timeMs !== "number")
                            return "timeMs: number expected";
                    if (message.event != null && $Object.hasOwnProperty.call(message, "event"))
                        if (!$util.isString(message.event))
                            return "event: string expected";
                    if (message.sa != null && $Object.hasOwnProperty.call(message, "sa")) {
                        let error = $root.ipsec_relay.control.v1.Sa.verify(message.sa, _depth + 1);
                        if (error)
                            return "sa." + error;
                    }
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                        if (!$util.isString(message.message))
                            return "message: string expected";
                    return null;
                };

                /**
                 * Gets the type url for Event
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.Event
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                Event.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.Event";
                };

                return Event;
            })();

            v1.ReloadRequest = (function() {

                /**
                 * Properties of a ReloadRequest.
                 * @typedef {Object} ipsec_relay.control.v1.ReloadRequest.$Properties
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a ReloadRequest.
                 * @memberof ipsec_relay.control.v1
                 * @interface IReloadRequest
                 * @augments ipsec_relay.control.v1.ReloadRequest.$Properties
                 * @deprecated Use ipsec_relay.control.v1.ReloadRequest.$Properties instead.
                 */

                /**
                 * Shape of a ReloadRequest.
                 * @typedef {ipsec_relay.control.v1.ReloadRequest.$Properties} ipsec_relay.control.v1.ReloadRequest.$Shape
                 */

                /**
                 * Constructs a new ReloadRequest.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a ReloadRequest.
                 * @constructor
                 * @param {ipsec_relay.control.v1.ReloadRequest.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const ReloadRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Creates a new ReloadRequest instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.ReloadRequest
                 * @static
                 * @param {ipsec_relay.control.v1.ReloadRequest.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.ReloadRequest} ReloadRequest instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.ReloadRequest.$Shape): ipsec_relay.control.v1.ReloadRequest & ipsec_relay.control.v1.ReloadRequest.$Shape;
                 *   (properties?: ipsec_relay.control.v1.ReloadRequest.$Properties): ipsec_relay.control.v1.ReloadRequest;
                 * }}
                 */
                ReloadRequest.create = function(properties) {
                    return new ReloadRequest(properties);
                };

                /**
                 * Encodes the specified ReloadRequest message. Does not implicitly {@link ipsec_relay.control.v1.ReloadRequest.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.ReloadRequest
                 * @static
                 * @param {ipsec_relay.control.v1.ReloadRequest.$Properties} message ReloadRequest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                ReloadRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a ReloadRequest message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.ReloadRequest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.ReloadRequest & ipsec_relay.control.v1.ReloadRequest.$Shape} ReloadRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                ReloadRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.ReloadRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        reader.skipType(tag & 7, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a ReloadRequest message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.ReloadRequest
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                ReloadRequest.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    return null;
                };

                /**
                 * Gets the type url for ReloadRequest
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.ReloadRequest
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                ReloadRequest.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.ReloadRequest";
                };

                return ReloadRequest;
            })();

            v1.StopRequest = (function() {

                /**
                 * Properties of a StopRequest.
                 * @typedef {Object} ipsec_relay.control.v1.StopRequest.$Properties
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a StopRequest.
                 * @memberof ipsec_relay.control.v1
                 * @interface IStopRequest
                 * @augments ipsec_relay.control.v1.StopRequest.$Properties
                 * @deprecated Use ipsec_relay.control.v1.StopRequest.$Properties instead.
                 */

                /**
                 * Shape of a StopRequest.
                 * @typedef {ipsec_relay.control.v1.StopRequest.$Properties} ipsec_relay.control.v1.StopRequest.$Shape
                 */

                /**
                 * Constructs a new StopRequest.
                 * @memberof ipsec_relay.control.v1
                 * @classdesc Represents a StopRequest.
                 * @constructor
                 * @param {ipsec_relay.control.v1.StopRequest.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const StopRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Creates a new StopRequest instance using the specified properties.
                 * @function create
                 * @memberof ipsec_relay.control.v1.StopRequest
                 * @static
                 * @param {ipsec_relay.control.v1.StopRequest.$Properties=} [properties] Properties to set
                 * @returns {ipsec_relay.control.v1.StopRequest} StopRequest instance
                 * @type {{
                 *   (properties: ipsec_relay.control.v1.StopRequest.$Shape): ipsec_relay.control.v1.StopRequest & ipsec_relay.control.v1.StopRequest.$Shape;
                 *   (properties?: ipsec_relay.control.v1.StopRequest.$Properties): ipsec_relay.control.v1.StopRequest;
                 * }}
                 */
                StopRequest.create = function(properties) {
                    return new StopRequest(properties);
                };

                /**
                 * Encodes the specified StopRequest message. Does not implicitly {@link ipsec_relay.control.v1.StopRequest.verify|verify} messages.
                 * @function encode
                 * @memberof ipsec_relay.control.v1.StopRequest
                 * @static
                 * @param {ipsec_relay.control.v1.StopRequest.$Properties} message StopRequest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                StopRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a StopRequest message from the specified reader or buffer.
                 * @function decode
                 * @memberof ipsec_relay.control.v1.StopRequest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.StopRequest & ipsec_relay.control.v1.StopRequest.$Shape} StopRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                StopRequest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.ipsec_relay.control.v1.StopRequest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        reader.skipType(tag & 7, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Verifies a StopRequest message.
                 * @function verify
                 * @memberof ipsec_relay.control.v1.StopRequest
                 * @static
                 * @param {Object.<string,*>} message Plain object to verify
                 * @returns {string|null} `null` if valid, otherwise the reason why it is not
                 */
                StopRequest.verify = function (message, _depth) {
                    if (typeof message !== "object" || message === null)
                        return "object expected";
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        return "max depth exceeded";
                    return null;
                };

                /**
                 * Gets the type url for StopRequest
                 * @function getTypeUrl
                 * @memberof ipsec_relay.control.v1.StopRequest
                 * @static
                 * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                 * @returns {string} The type url
                 */
                StopRequest.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/ipsec_relay.control.v1.StopRequest";
                };

                return StopRequest;
            })();

            return v1;
        })();

        return control;
    })();

    return ipsec_relay;
})();

export {
  $root as default
};
