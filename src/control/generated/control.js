/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const ipsec_relay = $root.ipsec_relay = (() => {

    const ipsec_relay = {};

    ipsec_relay.control = (function() {

        const control = {};

        control.v1 = (function() {

            const v1 = {};

            v1.Request = (function() {

                const Request = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Request.prototype.version = 0;
                Request.prototype.id = 0;
                Request.prototype.status = null;
                Request.prototype.addSas = null;
                Request.prototype.listSas = null;
                Request.prototype.deleteSas = null;
                Request.prototype.flushSas = null;
                Request.prototype.monitor = null;
                Request.prototype.reload = null;
                Request.prototype.stop = null;
                Request.prototype.listConnections = null;
                Request.prototype.deleteConnection = null;
                Request.prototype.listSeconds = null;
                Request.prototype.setSecond = null;
                Request.prototype.listServices = null;

                let $oneOfFields;

                $Object.defineProperty(Request.prototype, "command", {
                    get: $util.oneOfGetter($oneOfFields = ["status", "addSas", "listSas", "deleteSas", "flushSas", "monitor", "reload", "stop", "listConnections", "deleteConnection", "listSeconds", "setSecond", "listServices"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Request.create = function(properties) {
                    return new Request(properties);
                };

                Request.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                        writer.uint32(8).uint32(message.version);
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                        writer.uint32(16).uint32(message.id);
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
                        $root.ipsec_relay.control.v1.StatusRequest.encode(message.status, writer.uint32(82).fork(), _depth + 1).ldelim();
                    if (message.addSas != null && $Object.hasOwnProperty.call(message, "addSas"))
                        $root.ipsec_relay.control.v1.AddSasRequest.encode(message.addSas, writer.uint32(90).fork(), _depth + 1).ldelim();
                    if (message.listSas != null && $Object.hasOwnProperty.call(message, "listSas"))
                        $root.ipsec_relay.control.v1.ListSasRequest.encode(message.listSas, writer.uint32(98).fork(), _depth + 1).ldelim();
                    if (message.deleteSas != null && $Object.hasOwnProperty.call(message, "deleteSas"))
                        $root.ipsec_relay.control.v1.DeleteSasRequest.encode(message.deleteSas, writer.uint32(106).fork(), _depth + 1).ldelim();
                    if (message.flushSas != null && $Object.hasOwnProperty.call(message, "flushSas"))
                        $root.ipsec_relay.control.v1.FlushSasRequest.encode(message.flushSas, writer.uint32(114).fork(), _depth + 1).ldelim();
                    if (message.monitor != null && $Object.hasOwnProperty.call(message, "monitor"))
                        $root.ipsec_relay.control.v1.MonitorRequest.encode(message.monitor, writer.uint32(122).fork(), _depth + 1).ldelim();
                    if (message.reload != null && $Object.hasOwnProperty.call(message, "reload"))
                        $root.ipsec_relay.control.v1.ReloadRequest.encode(message.reload, writer.uint32(130).fork(), _depth + 1).ldelim();
                    if (message.stop != null && $Object.hasOwnProperty.call(message, "stop"))
                        $root.ipsec_relay.control.v1.StopRequest.encode(message.stop, writer.uint32(138).fork(), _depth + 1).ldelim();
                    if (message.listConnections != null && $Object.hasOwnProperty.call(message, "listConnections"))
                        $root.ipsec_relay.control.v1.ListConnectionsRequest.encode(message.listConnections, writer.uint32(146).fork(), _depth + 1).ldelim();
                    if (message.deleteConnection != null && $Object.hasOwnProperty.call(message, "deleteConnection"))
                        $root.ipsec_relay.control.v1.DeleteConnectionRequest.encode(message.deleteConnection, writer.uint32(154).fork(), _depth + 1).ldelim();
                    if (message.listSeconds != null && $Object.hasOwnProperty.call(message, "listSeconds"))
                        $root.ipsec_relay.control.v1.ListSecondsRequest.encode(message.listSeconds, writer.uint32(162).fork(), _depth + 1).ldelim();
                    if (message.setSecond != null && $Object.hasOwnProperty.call(message, "setSecond"))
                        $root.ipsec_relay.control.v1.SetSecondRequest.encode(message.setSecond, writer.uint32(170).fork(), _depth + 1).ldelim();
                    if (message.listServices != null && $Object.hasOwnProperty.call(message, "listServices"))
                        $root.ipsec_relay.control.v1.ListServicesRequest.encode(message.listServices, writer.uint32(178).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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
                        case 18: {
                                if (wireType !== 2)
                                    break;
                                message.listConnections = $root.ipsec_relay.control.v1.ListConnectionsRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.listConnections);
                                message.command = "listConnections";
                                continue;
                            }
                        case 19: {
                                if (wireType !== 2)
                                    break;
                                message.deleteConnection = $root.ipsec_relay.control.v1.DeleteConnectionRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.deleteConnection);
                                message.command = "deleteConnection";
                                continue;
                            }
                        case 20: {
                                if (wireType !== 2)
                                    break;
                                message.listSeconds = $root.ipsec_relay.control.v1.ListSecondsRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.listSeconds);
                                message.command = "listSeconds";
                                continue;
                            }
                        case 21: {
                                if (wireType !== 2)
                                    break;
                                message.setSecond = $root.ipsec_relay.control.v1.SetSecondRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.setSecond);
                                message.command = "setSecond";
                                continue;
                            }
                        case 22: {
                                if (wireType !== 2)
                                    break;
                                message.listServices = $root.ipsec_relay.control.v1.ListServicesRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.listServices);
                                message.command = "listServices";
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

                return Request;
            })();

            v1.Response = (function() {

                const Response = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Response.prototype.version = 0;
                Response.prototype.id = 0;
                Response.prototype.failure = null;
                Response.prototype.status = null;
                Response.prototype.addSas = null;
                Response.prototype.saList = null;
                Response.prototype.deletedSas = null;
                Response.prototype.event = null;
                Response.prototype.done = null;
                Response.prototype.connectionList = null;
                Response.prototype.secondList = null;
                Response.prototype.serviceList = null;

                let $oneOfFields;

                $Object.defineProperty(Response.prototype, "result", {
                    get: $util.oneOfGetter($oneOfFields = ["failure", "status", "addSas", "saList", "deletedSas", "event", "done", "connectionList", "secondList", "serviceList"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Response.create = function(properties) {
                    return new Response(properties);
                };

                Response.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                        writer.uint32(8).uint32(message.version);
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                        writer.uint32(16).uint32(message.id);
                    if (message.failure != null && $Object.hasOwnProperty.call(message, "failure"))
                        $root.ipsec_relay.control.v1.Failure.encode(message.failure, writer.uint32(74).fork(), _depth + 1).ldelim();
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
                        $root.ipsec_relay.control.v1.Status.encode(message.status, writer.uint32(82).fork(), _depth + 1).ldelim();
                    if (message.addSas != null && $Object.hasOwnProperty.call(message, "addSas"))
                        $root.ipsec_relay.control.v1.AddSasResult.encode(message.addSas, writer.uint32(90).fork(), _depth + 1).ldelim();
                    if (message.saList != null && $Object.hasOwnProperty.call(message, "saList"))
                        $root.ipsec_relay.control.v1.SaList.encode(message.saList, writer.uint32(98).fork(), _depth + 1).ldelim();
                    if (message.deletedSas != null && $Object.hasOwnProperty.call(message, "deletedSas"))
                        $root.ipsec_relay.control.v1.DeletedSas.encode(message.deletedSas, writer.uint32(106).fork(), _depth + 1).ldelim();
                    if (message.event != null && $Object.hasOwnProperty.call(message, "event"))
                        $root.ipsec_relay.control.v1.Event.encode(message.event, writer.uint32(122).fork(), _depth + 1).ldelim();
                    if (message.done != null && $Object.hasOwnProperty.call(message, "done"))
                        $root.ipsec_relay.control.v1.Done.encode(message.done, writer.uint32(130).fork(), _depth + 1).ldelim();
                    if (message.connectionList != null && $Object.hasOwnProperty.call(message, "connectionList"))
                        $root.ipsec_relay.control.v1.ConnectionList.encode(message.connectionList, writer.uint32(146).fork(), _depth + 1).ldelim();
                    if (message.secondList != null && $Object.hasOwnProperty.call(message, "secondList"))
                        $root.ipsec_relay.control.v1.SecondList.encode(message.secondList, writer.uint32(162).fork(), _depth + 1).ldelim();
                    if (message.serviceList != null && $Object.hasOwnProperty.call(message, "serviceList"))
                        $root.ipsec_relay.control.v1.ServiceList.encode(message.serviceList, writer.uint32(178).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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
                        case 18: {
                                if (wireType !== 2)
                                    break;
                                message.connectionList = $root.ipsec_relay.control.v1.ConnectionList.decode(reader, reader.size(), $undefined, _depth + 1, message.connectionList);
                                message.result = "connectionList";
                                continue;
                            }
                        case 20: {
                                if (wireType !== 2)
                                    break;
                                message.secondList = $root.ipsec_relay.control.v1.SecondList.decode(reader, reader.size(), $undefined, _depth + 1, message.secondList);
                                message.result = "secondList";
                                continue;
                            }
                        case 22: {
                                if (wireType !== 2)
                                    break;
                                message.serviceList = $root.ipsec_relay.control.v1.ServiceList.decode(reader, reader.size(), $undefined, _depth + 1, message.serviceList);
                                message.result = "serviceList";
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

                return Response;
            })();

            v1.Failure = (function() {

                const Failure = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Failure.prototype.kind = 0;
                Failure.prototype.message = "";
                Failure.prototype.position = 0;

                Failure.create = function(properties) {
                    return new Failure(properties);
                };

                Failure.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                        writer.uint32(8).int32(message.kind);
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                        writer.uint32(18).string(message.message);
                    if (message.position != null && $Object.hasOwnProperty.call(message, "position") && message.position !== 0)
                        writer.uint32(24).uint32(message.position);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.position = value;
                                else
                                    delete message.position;
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

                Failure.Kind = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "REFUSED"] = 0;
                    values[valuesById[1] = "USAGE"] = 1;
                    return values;
                })();

                return Failure;
            })();

            v1.Done = (function() {

                const Done = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Done.prototype.message = "";

                Done.create = function(properties) {
                    return new Done(properties);
                };

                Done.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                        writer.uint32(10).string(message.message);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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

                return Done;
            })();

            v1.StatusRequest = (function() {

                const StatusRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                StatusRequest.create = function(properties) {
                    return new StatusRequest(properties);
                };

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

                return StatusRequest;
            })();

            v1.Status = (function() {

                const Status = function (properties) {
                    this.addresses = [];
                    this.verdicts = [];
                    this.originated = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Status.prototype.version = "";
                Status.prototype.role = "";
                Status.prototype.pid = 0;
                Status.prototype.startedMs = 0;
                Status.prototype.attachment = "";
                Status.prototype["interface"] = "";
                Status.prototype.workers = 0;
                Status.prototype.addresses = $util.emptyArray;
                Status.prototype.sas = 0;
                Status.prototype.maxSas = 0;
                Status.prototype.sadBytes = 0;
                Status.prototype.verdicts = $util.emptyArray;
                Status.prototype.configPath = "";
                Status.prototype.stateDirectory = "";
                Status.prototype.lookup = "";
                Status.prototype.originated = $util.emptyArray;
                Status.prototype.fragments = null;
                Status.prototype.spiFilter = null;
                Status.prototype.exchanges = null;
                Status.prototype.fastPath = null;

                Status.create = function(properties) {
                    return new Status(properties);
                };

                Status.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                        writer.uint32(10).string(message.version);
                    if (message.role != null && $Object.hasOwnProperty.call(message, "role") && message.role !== "")
                        writer.uint32(18).string(message.role);
                    if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && message.pid !== 0)
                        writer.uint32(24).uint32(message.pid);
                    if (message.startedMs != null && $Object.hasOwnProperty.call(message, "startedMs") && !$Object.is(message.startedMs, 0))
                        writer.uint32(33).double(message.startedMs);
                    if (message.attachment != null && $Object.hasOwnProperty.call(message, "attachment") && message.attachment !== "")
                        writer.uint32(42).string(message.attachment);
                    if (message["interface"] != null && $Object.hasOwnProperty.call(message, "interface") && message["interface"] !== "")
                        writer.uint32(50).string(message["interface"]);
                    if (message.workers != null && $Object.hasOwnProperty.call(message, "workers") && message.workers !== 0)
                        writer.uint32(56).uint32(message.workers);
                    if (message.addresses != null && message.addresses.length)
                        for (let i = 0; i < message.addresses.length; ++i)
                            writer.uint32(66).string(message.addresses[i]);
                    if (message.sas != null && $Object.hasOwnProperty.call(message, "sas") && message.sas !== 0)
                        writer.uint32(72).uint32(message.sas);
                    if (message.maxSas != null && $Object.hasOwnProperty.call(message, "maxSas") && message.maxSas !== 0)
                        writer.uint32(80).uint32(message.maxSas);
                    if (message.sadBytes != null && $Object.hasOwnProperty.call(message, "sadBytes") && !$Object.is(message.sadBytes, 0))
                        writer.uint32(89).double(message.sadBytes);
                    if (message.verdicts != null && message.verdicts.length)
                        for (let i = 0; i < message.verdicts.length; ++i)
                            $root.ipsec_relay.control.v1.VerdictCounter.encode(message.verdicts[i], writer.uint32(98).fork(), _depth + 1).ldelim();
                    if (message.configPath != null && $Object.hasOwnProperty.call(message, "configPath") && message.configPath !== "")
                        writer.uint32(106).string(message.configPath);
                    if (message.stateDirectory != null && $Object.hasOwnProperty.call(message, "stateDirectory") && message.stateDirectory !== "")
                        writer.uint32(114).string(message.stateDirectory);
                    if (message.lookup != null && $Object.hasOwnProperty.call(message, "lookup") && message.lookup !== "")
                        writer.uint32(122).string(message.lookup);
                    if (message.originated != null && message.originated.length)
                        for (let i = 0; i < message.originated.length; ++i)
                            $root.ipsec_relay.control.v1.OriginatedCounter.encode(message.originated[i], writer.uint32(130).fork(), _depth + 1).ldelim();
                    if (message.fragments != null && $Object.hasOwnProperty.call(message, "fragments"))
                        $root.ipsec_relay.control.v1.Fragments.encode(message.fragments, writer.uint32(138).fork(), _depth + 1).ldelim();
                    if (message.spiFilter != null && $Object.hasOwnProperty.call(message, "spiFilter"))
                        $root.ipsec_relay.control.v1.SpiFilter.encode(message.spiFilter, writer.uint32(146).fork(), _depth + 1).ldelim();
                    if (message.exchanges != null && $Object.hasOwnProperty.call(message, "exchanges"))
                        $root.ipsec_relay.control.v1.ExchangeSummary.encode(message.exchanges, writer.uint32(154).fork(), _depth + 1).ldelim();
                    if (message.fastPath != null && $Object.hasOwnProperty.call(message, "fastPath"))
                        $root.ipsec_relay.control.v1.FastPath.encode(message.fastPath, writer.uint32(162).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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
                        case 16: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.originated && message.originated.length))
                                    message.originated = [];
                                message.originated.push($root.ipsec_relay.control.v1.OriginatedCounter.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 17: {
                                if (wireType !== 2)
                                    break;
                                message.fragments = $root.ipsec_relay.control.v1.Fragments.decode(reader, reader.size(), $undefined, _depth + 1, message.fragments);
                                continue;
                            }
                        case 18: {
                                if (wireType !== 2)
                                    break;
                                message.spiFilter = $root.ipsec_relay.control.v1.SpiFilter.decode(reader, reader.size(), $undefined, _depth + 1, message.spiFilter);
                                continue;
                            }
                        case 19: {
                                if (wireType !== 2)
                                    break;
                                message.exchanges = $root.ipsec_relay.control.v1.ExchangeSummary.decode(reader, reader.size(), $undefined, _depth + 1, message.exchanges);
                                continue;
                            }
                        case 20: {
                                if (wireType !== 2)
                                    break;
                                message.fastPath = $root.ipsec_relay.control.v1.FastPath.decode(reader, reader.size(), $undefined, _depth + 1, message.fastPath);
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

                return Status;
            })();

            v1.FastPath = (function() {

                const FastPath = function (properties) {
                    this.links = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                FastPath.prototype.links = $util.emptyArray;
                FastPath.prototype.packets = 0;
                FastPath.prototype.bytes = 0;

                FastPath.create = function(properties) {
                    return new FastPath(properties);
                };

                FastPath.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.links != null && message.links.length)
                        for (let i = 0; i < message.links.length; ++i)
                            writer.uint32(10).string(message.links[i]);
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets") && !$Object.is(message.packets, 0))
                        writer.uint32(17).double(message.packets);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && !$Object.is(message.bytes, 0))
                        writer.uint32(25).double(message.bytes);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                FastPath.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.FastPath();
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
                                if (!(message.links && message.links.length))
                                    message.links = [];
                                message.links.push(reader.stringVerify());
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

                return FastPath;
            })();

            v1.ExchangeSummary = (function() {

                const ExchangeSummary = function (properties) {
                    this.troubles = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ExchangeSummary.prototype.connections = 0;
                ExchangeSummary.prototype.halfOpen = 0;
                ExchangeSummary.prototype.seconds = 0;
                ExchangeSummary.prototype.up = 0;
                ExchangeSummary.prototype.draining = 0;
                ExchangeSummary.prototype.troubles = $util.emptyArray;

                ExchangeSummary.create = function(properties) {
                    return new ExchangeSummary(properties);
                };

                ExchangeSummary.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.connections != null && $Object.hasOwnProperty.call(message, "connections") && message.connections !== 0)
                        writer.uint32(8).uint32(message.connections);
                    if (message.halfOpen != null && $Object.hasOwnProperty.call(message, "halfOpen") && message.halfOpen !== 0)
                        writer.uint32(16).uint32(message.halfOpen);
                    if (message.seconds != null && $Object.hasOwnProperty.call(message, "seconds") && message.seconds !== 0)
                        writer.uint32(24).uint32(message.seconds);
                    if (message.up != null && $Object.hasOwnProperty.call(message, "up") && message.up !== 0)
                        writer.uint32(32).uint32(message.up);
                    if (message.draining != null && $Object.hasOwnProperty.call(message, "draining") && message.draining !== 0)
                        writer.uint32(40).uint32(message.draining);
                    if (message.troubles != null && message.troubles.length)
                        for (let i = 0; i < message.troubles.length; ++i)
                            writer.uint32(50).string(message.troubles[i]);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                ExchangeSummary.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.ExchangeSummary();
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
                                    message.connections = value;
                                else
                                    delete message.connections;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.halfOpen = value;
                                else
                                    delete message.halfOpen;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.seconds = value;
                                else
                                    delete message.seconds;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.up = value;
                                else
                                    delete message.up;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.draining = value;
                                else
                                    delete message.draining;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.troubles && message.troubles.length))
                                    message.troubles = [];
                                message.troubles.push(reader.stringVerify());
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

                return ExchangeSummary;
            })();

            v1.SpiFilter = (function() {

                const SpiFilter = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                SpiFilter.prototype.packets = 0;
                SpiFilter.prototype.bytes = 0;

                SpiFilter.create = function(properties) {
                    return new SpiFilter(properties);
                };

                SpiFilter.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets") && !$Object.is(message.packets, 0))
                        writer.uint32(9).double(message.packets);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && !$Object.is(message.bytes, 0))
                        writer.uint32(17).double(message.bytes);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                SpiFilter.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.SpiFilter();
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
                                    message.packets = value;
                                else
                                    delete message.packets;
                                continue;
                            }
                        case 2: {
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

                return SpiFilter;
            })();

            v1.OriginatedCounter = (function() {

                const OriginatedCounter = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                OriginatedCounter.prototype.name = "";
                OriginatedCounter.prototype.packets = 0;
                OriginatedCounter.prototype.bytes = 0;

                OriginatedCounter.create = function(properties) {
                    return new OriginatedCounter(properties);
                };

                OriginatedCounter.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(10).string(message.name);
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets") && !$Object.is(message.packets, 0))
                        writer.uint32(17).double(message.packets);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && !$Object.is(message.bytes, 0))
                        writer.uint32(25).double(message.bytes);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                OriginatedCounter.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.OriginatedCounter();
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

                return OriginatedCounter;
            })();

            v1.Fragments = (function() {

                const Fragments = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Fragments.prototype.datagrams = 0;
                Fragments.prototype.bytes = 0;
                Fragments.prototype.limit = 0;

                Fragments.create = function(properties) {
                    return new Fragments(properties);
                };

                Fragments.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.datagrams != null && $Object.hasOwnProperty.call(message, "datagrams") && message.datagrams !== 0)
                        writer.uint32(8).uint32(message.datagrams);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && !$Object.is(message.bytes, 0))
                        writer.uint32(17).double(message.bytes);
                    if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && !$Object.is(message.limit, 0))
                        writer.uint32(25).double(message.limit);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Fragments.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.Fragments();
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
                                    message.datagrams = value;
                                else
                                    delete message.datagrams;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.bytes = value;
                                else
                                    delete message.bytes;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
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

                return Fragments;
            })();

            v1.VerdictCounter = (function() {

                const VerdictCounter = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                VerdictCounter.prototype.verdict = "";
                VerdictCounter.prototype.packets = 0;
                VerdictCounter.prototype.bytes = 0;

                VerdictCounter.create = function(properties) {
                    return new VerdictCounter(properties);
                };

                VerdictCounter.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.verdict != null && $Object.hasOwnProperty.call(message, "verdict") && message.verdict !== "")
                        writer.uint32(10).string(message.verdict);
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets") && !$Object.is(message.packets, 0))
                        writer.uint32(17).double(message.packets);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && !$Object.is(message.bytes, 0))
                        writer.uint32(25).double(message.bytes);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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

                return VerdictCounter;
            })();

            v1.Protocol = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "ESP"] = 0;
                values[valuesById[1] = "AH"] = 1;
                return values;
            })();

            v1.Mode = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "DEFAULT"] = 0;
                values[valuesById[1] = "PRESERVE"] = 1;
                values[valuesById[2] = "EDGE"] = 2;
                values[valuesById[3] = "AWARE"] = 3;
                return values;
            })();

            v1.SaRequest = (function() {

                const SaRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                SaRequest.prototype.name = "";
                SaRequest.prototype.protocol = 0;
                SaRequest.prototype.dst = "";
                SaRequest.prototype.spi = 0;
                SaRequest.prototype.spiAuto = false;
                SaRequest.prototype.src = "";
                SaRequest.prototype.to = "";
                SaRequest.prototype.toSrc = "";
                SaRequest.prototype.toSpi = 0;
                SaRequest.prototype.toSpiChoice = 0;
                SaRequest.prototype.mode = 0;
                SaRequest.prototype.lifetime = 0;
                SaRequest.prototype.encap = null;
                SaRequest.prototype.toEncap = null;
                SaRequest.prototype.softLifetime = 0;
                SaRequest.prototype.idle = 0;
                SaRequest.prototype.hairpin = false;

                SaRequest.create = function(properties) {
                    return new SaRequest(properties);
                };

                SaRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(10).string(message.name);
                    if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== 0)
                        writer.uint32(16).int32(message.protocol);
                    if (message.dst != null && $Object.hasOwnProperty.call(message, "dst") && message.dst !== "")
                        writer.uint32(26).string(message.dst);
                    if (message.spi != null && $Object.hasOwnProperty.call(message, "spi") && message.spi !== 0)
                        writer.uint32(37).fixed32(message.spi);
                    if (message.spiAuto != null && $Object.hasOwnProperty.call(message, "spiAuto") && message.spiAuto !== false)
                        writer.uint32(40).bool(message.spiAuto);
                    if (message.src != null && $Object.hasOwnProperty.call(message, "src") && message.src !== "")
                        writer.uint32(50).string(message.src);
                    if (message.to != null && $Object.hasOwnProperty.call(message, "to") && message.to !== "")
                        writer.uint32(58).string(message.to);
                    if (message.toSrc != null && $Object.hasOwnProperty.call(message, "toSrc") && message.toSrc !== "")
                        writer.uint32(66).string(message.toSrc);
                    if (message.toSpi != null && $Object.hasOwnProperty.call(message, "toSpi") && message.toSpi !== 0)
                        writer.uint32(77).fixed32(message.toSpi);
                    if (message.toSpiChoice != null && $Object.hasOwnProperty.call(message, "toSpiChoice") && message.toSpiChoice !== 0)
                        writer.uint32(80).int32(message.toSpiChoice);
                    if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== 0)
                        writer.uint32(88).int32(message.mode);
                    if (message.lifetime != null && $Object.hasOwnProperty.call(message, "lifetime") && message.lifetime !== 0)
                        writer.uint32(96).uint32(message.lifetime);
                    if (message.encap != null && $Object.hasOwnProperty.call(message, "encap"))
                        $root.ipsec_relay.control.v1.MatchEncapsulation.encode(message.encap, writer.uint32(106).fork(), _depth + 1).ldelim();
                    if (message.toEncap != null && $Object.hasOwnProperty.call(message, "toEncap"))
                        $root.ipsec_relay.control.v1.EmitEncapsulation.encode(message.toEncap, writer.uint32(114).fork(), _depth + 1).ldelim();
                    if (message.softLifetime != null && $Object.hasOwnProperty.call(message, "softLifetime") && message.softLifetime !== 0)
                        writer.uint32(160).uint32(message.softLifetime);
                    if (message.idle != null && $Object.hasOwnProperty.call(message, "idle") && message.idle !== 0)
                        writer.uint32(168).uint32(message.idle);
                    if (message.hairpin != null && $Object.hasOwnProperty.call(message, "hairpin") && message.hairpin !== false)
                        writer.uint32(176).bool(message.hairpin);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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
                        case 20: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.softLifetime = value;
                                else
                                    delete message.softLifetime;
                                continue;
                            }
                        case 21: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.idle = value;
                                else
                                    delete message.idle;
                                continue;
                            }
                        case 22: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.hairpin = value;
                                else
                                    delete message.hairpin;
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

                const MatchEncapsulation = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                MatchEncapsulation.prototype.peerPort = 0;
                MatchEncapsulation.prototype.port = 0;

                MatchEncapsulation.create = function(properties) {
                    return new MatchEncapsulation(properties);
                };

                MatchEncapsulation.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.peerPort != null && $Object.hasOwnProperty.call(message, "peerPort") && message.peerPort !== 0)
                        writer.uint32(8).uint32(message.peerPort);
                    if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                        writer.uint32(16).uint32(message.port);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.port = value;
                                else
                                    delete message.port;
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

                return MatchEncapsulation;
            })();

            v1.EmitEncapsulation = (function() {

                const EmitEncapsulation = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                EmitEncapsulation.prototype.none = false;
                EmitEncapsulation.prototype.sourcePort = 0;
                EmitEncapsulation.prototype.destinationPort = 0;

                EmitEncapsulation.create = function(properties) {
                    return new EmitEncapsulation(properties);
                };

                EmitEncapsulation.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.none != null && $Object.hasOwnProperty.call(message, "none") && message.none !== false)
                        writer.uint32(8).bool(message.none);
                    if (message.sourcePort != null && $Object.hasOwnProperty.call(message, "sourcePort") && message.sourcePort !== 0)
                        writer.uint32(16).uint32(message.sourcePort);
                    if (message.destinationPort != null && $Object.hasOwnProperty.call(message, "destinationPort") && message.destinationPort !== 0)
                        writer.uint32(24).uint32(message.destinationPort);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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

                return EmitEncapsulation;
            })();

            v1.AddSasRequest = (function() {

                const AddSasRequest = function (properties) {
                    this.sas = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                AddSasRequest.prototype.sas = $util.emptyArray;
                AddSasRequest.prototype.replace = false;

                AddSasRequest.create = function(properties) {
                    return new AddSasRequest(properties);
                };

                AddSasRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.sas != null && message.sas.length)
                        for (let i = 0; i < message.sas.length; ++i)
                            $root.ipsec_relay.control.v1.SaRequest.encode(message.sas[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.replace != null && $Object.hasOwnProperty.call(message, "replace") && message.replace !== false)
                        writer.uint32(16).bool(message.replace);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                AddSasRequest.decode = function (reader, length, _end, _depth, _target) {
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
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.replace = value;
                                else
                                    delete message.replace;
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

                return AddSasRequest;
            })();

            v1.AddSasResult = (function() {

                const AddSasResult = function (properties) {
                    this.sas = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                AddSasResult.prototype.sas = $util.emptyArray;

                AddSasResult.create = function(properties) {
                    return new AddSasResult(properties);
                };

                AddSasResult.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.sas != null && message.sas.length)
                        for (let i = 0; i < message.sas.length; ++i)
                            $root.ipsec_relay.control.v1.AddedSa.encode(message.sas[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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

                return AddSasResult;
            })();

            v1.AddedSa = (function() {

                const AddedSa = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                AddedSa.prototype.id = 0;
                AddedSa.prototype.spi = 0;
                AddedSa.prototype.toSpi = 0;
                AddedSa.prototype.existed = false;
                AddedSa.prototype.replaced = false;

                AddedSa.create = function(properties) {
                    return new AddedSa(properties);
                };

                AddedSa.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(9).double(message.id);
                    if (message.spi != null && $Object.hasOwnProperty.call(message, "spi") && message.spi !== 0)
                        writer.uint32(21).fixed32(message.spi);
                    if (message.toSpi != null && $Object.hasOwnProperty.call(message, "toSpi") && message.toSpi !== 0)
                        writer.uint32(29).fixed32(message.toSpi);
                    if (message.existed != null && $Object.hasOwnProperty.call(message, "existed") && message.existed !== false)
                        writer.uint32(32).bool(message.existed);
                    if (message.replaced != null && $Object.hasOwnProperty.call(message, "replaced") && message.replaced !== false)
                        writer.uint32(40).bool(message.replaced);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.replaced = value;
                                else
                                    delete message.replaced;
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

                return AddedSa;
            })();

            v1.ListSasRequest = (function() {

                const ListSasRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ListSasRequest.prototype.id = 0;
                ListSasRequest.prototype.after = 0;
                ListSasRequest.prototype.limit = 0;

                ListSasRequest.create = function(properties) {
                    return new ListSasRequest(properties);
                };

                ListSasRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(9).double(message.id);
                    if (message.after != null && $Object.hasOwnProperty.call(message, "after") && !$Object.is(message.after, 0))
                        writer.uint32(17).double(message.after);
                    if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                        writer.uint32(24).uint32(message.limit);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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

                return ListSasRequest;
            })();

            v1.SaList = (function() {

                const SaList = function (properties) {
                    this.sas = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                SaList.prototype.sas = $util.emptyArray;
                SaList.prototype.more = false;

                SaList.create = function(properties) {
                    return new SaList(properties);
                };

                SaList.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.sas != null && message.sas.length)
                        for (let i = 0; i < message.sas.length; ++i)
                            $root.ipsec_relay.control.v1.Sa.encode(message.sas[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.more != null && $Object.hasOwnProperty.call(message, "more") && message.more !== false)
                        writer.uint32(16).bool(message.more);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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

                return SaList;
            })();

            v1.Sa = (function() {

                const Sa = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Sa.prototype.id = 0;
                Sa.prototype.name = "";
                Sa.prototype.protocol = 0;
                Sa.prototype.dst = "";
                Sa.prototype.spi = 0;
                Sa.prototype.src = "";
                Sa.prototype.to = "";
                Sa.prototype.toSrc = "";
                Sa.prototype.toSpi = 0;
                Sa.prototype.mode = 0;
                Sa.prototype.encap = null;
                Sa.prototype.toEncap = null;
                Sa.prototype.origin = 0;
                Sa.prototype.addedMs = 0;
                Sa.prototype.expiresMs = 0;
                Sa.prototype.packets = 0;
                Sa.prototype.bytes = 0;
                Sa.prototype.lastPacketMs = 0;
                Sa.prototype.lifetime = 0;
                Sa.prototype.softLifetime = 0;
                Sa.prototype.idle = 0;
                Sa.prototype.softExpiresMs = 0;
                Sa.prototype.idleSinceMs = 0;
                Sa.prototype.hairpin = false;
                Sa.prototype.connection = 0;
                Sa.prototype.connectionName = "";

                Sa.create = function(properties) {
                    return new Sa(properties);
                };

                Sa.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(9).double(message.id);
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(18).string(message.name);
                    if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== 0)
                        writer.uint32(24).int32(message.protocol);
                    if (message.dst != null && $Object.hasOwnProperty.call(message, "dst") && message.dst !== "")
                        writer.uint32(34).string(message.dst);
                    if (message.spi != null && $Object.hasOwnProperty.call(message, "spi") && message.spi !== 0)
                        writer.uint32(45).fixed32(message.spi);
                    if (message.src != null && $Object.hasOwnProperty.call(message, "src") && message.src !== "")
                        writer.uint32(50).string(message.src);
                    if (message.to != null && $Object.hasOwnProperty.call(message, "to") && message.to !== "")
                        writer.uint32(58).string(message.to);
                    if (message.toSrc != null && $Object.hasOwnProperty.call(message, "toSrc") && message.toSrc !== "")
                        writer.uint32(66).string(message.toSrc);
                    if (message.toSpi != null && $Object.hasOwnProperty.call(message, "toSpi") && message.toSpi !== 0)
                        writer.uint32(77).fixed32(message.toSpi);
                    if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== 0)
                        writer.uint32(80).int32(message.mode);
                    if (message.encap != null && $Object.hasOwnProperty.call(message, "encap"))
                        $root.ipsec_relay.control.v1.MatchEncapsulation.encode(message.encap, writer.uint32(90).fork(), _depth + 1).ldelim();
                    if (message.toEncap != null && $Object.hasOwnProperty.call(message, "toEncap"))
                        $root.ipsec_relay.control.v1.EmitEncapsulation.encode(message.toEncap, writer.uint32(98).fork(), _depth + 1).ldelim();
                    if (message.origin != null && $Object.hasOwnProperty.call(message, "origin") && message.origin !== 0)
                        writer.uint32(104).int32(message.origin);
                    if (message.addedMs != null && $Object.hasOwnProperty.call(message, "addedMs") && !$Object.is(message.addedMs, 0))
                        writer.uint32(113).double(message.addedMs);
                    if (message.expiresMs != null && $Object.hasOwnProperty.call(message, "expiresMs") && !$Object.is(message.expiresMs, 0))
                        writer.uint32(121).double(message.expiresMs);
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets") && !$Object.is(message.packets, 0))
                        writer.uint32(129).double(message.packets);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && !$Object.is(message.bytes, 0))
                        writer.uint32(137).double(message.bytes);
                    if (message.lastPacketMs != null && $Object.hasOwnProperty.call(message, "lastPacketMs") && !$Object.is(message.lastPacketMs, 0))
                        writer.uint32(145).double(message.lastPacketMs);
                    if (message.lifetime != null && $Object.hasOwnProperty.call(message, "lifetime") && message.lifetime !== 0)
                        writer.uint32(160).uint32(message.lifetime);
                    if (message.softLifetime != null && $Object.hasOwnProperty.call(message, "softLifetime") && message.softLifetime !== 0)
                        writer.uint32(168).uint32(message.softLifetime);
                    if (message.idle != null && $Object.hasOwnProperty.call(message, "idle") && message.idle !== 0)
                        writer.uint32(176).uint32(message.idle);
                    if (message.softExpiresMs != null && $Object.hasOwnProperty.call(message, "softExpiresMs") && !$Object.is(message.softExpiresMs, 0))
                        writer.uint32(185).double(message.softExpiresMs);
                    if (message.idleSinceMs != null && $Object.hasOwnProperty.call(message, "idleSinceMs") && !$Object.is(message.idleSinceMs, 0))
                        writer.uint32(193).double(message.idleSinceMs);
                    if (message.hairpin != null && $Object.hasOwnProperty.call(message, "hairpin") && message.hairpin !== false)
                        writer.uint32(200).bool(message.hairpin);
                    if (message.connection != null && $Object.hasOwnProperty.call(message, "connection") && !$Object.is(message.connection, 0))
                        writer.uint32(209).double(message.connection);
                    if (message.connectionName != null && $Object.hasOwnProperty.call(message, "connectionName") && message.connectionName !== "")
                        writer.uint32(218).string(message.connectionName);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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
                        case 20: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.lifetime = value;
                                else
                                    delete message.lifetime;
                                continue;
                            }
                        case 21: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.softLifetime = value;
                                else
                                    delete message.softLifetime;
                                continue;
                            }
                        case 22: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.idle = value;
                                else
                                    delete message.idle;
                                continue;
                            }
                        case 23: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.softExpiresMs = value;
                                else
                                    delete message.softExpiresMs;
                                continue;
                            }
                        case 24: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.idleSinceMs = value;
                                else
                                    delete message.idleSinceMs;
                                continue;
                            }
                        case 25: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.hairpin = value;
                                else
                                    delete message.hairpin;
                                continue;
                            }
                        case 26: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.connection = value;
                                else
                                    delete message.connection;
                                continue;
                            }
                        case 27: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.connectionName = value;
                                else
                                    delete message.connectionName;
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

                Sa.Origin = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "RUNTIME"] = 0;
                    values[valuesById[1] = "CONFIG"] = 1;
                    values[valuesById[2] = "LEARNED"] = 2;
                    return values;
                })();

                return Sa;
            })();

            v1.DeleteSasRequest = (function() {

                const DeleteSasRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                DeleteSasRequest.prototype.id = 0;
                DeleteSasRequest.prototype.name = "";

                DeleteSasRequest.create = function(properties) {
                    return new DeleteSasRequest(properties);
                };

                DeleteSasRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(9).double(message.id);
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(18).string(message.name);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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

                return DeleteSasRequest;
            })();

            v1.FlushSasRequest = (function() {

                const FlushSasRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                FlushSasRequest.create = function(properties) {
                    return new FlushSasRequest(properties);
                };

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

                return FlushSasRequest;
            })();

            v1.DeletedSas = (function() {

                const DeletedSas = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                DeletedSas.prototype.count = 0;

                DeletedSas.create = function(properties) {
                    return new DeletedSas(properties);
                };

                DeletedSas.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                        writer.uint32(8).uint32(message.count);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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

                return DeletedSas;
            })();

            v1.Connection = (function() {

                const Connection = function (properties) {
                    this.ike = [];
                    this.sas = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Connection.prototype.id = 0;
                Connection.prototype.name = "";
                Connection.prototype.state = "";
                Connection.prototype.service = "";
                Connection.prototype.second = "";
                Connection.prototype.ike = $util.emptyArray;
                Connection.prototype.firstLeg = null;
                Connection.prototype.secondLeg = null;
                Connection.prototype.sas = $util.emptyArray;
                Connection.prototype.startedMs = 0;
                Connection.prototype.lastPacketMs = 0;
                Connection.prototype.moves = 0;
                Connection.prototype.packets = 0;
                Connection.prototype.bytes = 0;
                Connection.prototype.up = null;
                Connection.prototype.down = null;
                Connection.prototype.movedMs = 0;
                Connection.prototype.trouble = "";

                Connection.create = function(properties) {
                    return new Connection(properties);
                };

                Connection.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(9).double(message.id);
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(18).string(message.name);
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== "")
                        writer.uint32(26).string(message.state);
                    if (message.service != null && $Object.hasOwnProperty.call(message, "service") && message.service !== "")
                        writer.uint32(34).string(message.service);
                    if (message.second != null && $Object.hasOwnProperty.call(message, "second") && message.second !== "")
                        writer.uint32(42).string(message.second);
                    if (message.ike != null && message.ike.length)
                        for (let i = 0; i < message.ike.length; ++i)
                            $root.ipsec_relay.control.v1.IkeSa.encode(message.ike[i], writer.uint32(50).fork(), _depth + 1).ldelim();
                    if (message.firstLeg != null && $Object.hasOwnProperty.call(message, "firstLeg"))
                        $root.ipsec_relay.control.v1.Leg.encode(message.firstLeg, writer.uint32(58).fork(), _depth + 1).ldelim();
                    if (message.secondLeg != null && $Object.hasOwnProperty.call(message, "secondLeg"))
                        $root.ipsec_relay.control.v1.Leg.encode(message.secondLeg, writer.uint32(66).fork(), _depth + 1).ldelim();
                    if (message.sas != null && message.sas.length)
                        writer.uint32(74).doubles(message.sas);
                    if (message.startedMs != null && $Object.hasOwnProperty.call(message, "startedMs") && !$Object.is(message.startedMs, 0))
                        writer.uint32(81).double(message.startedMs);
                    if (message.lastPacketMs != null && $Object.hasOwnProperty.call(message, "lastPacketMs") && !$Object.is(message.lastPacketMs, 0))
                        writer.uint32(89).double(message.lastPacketMs);
                    if (message.moves != null && $Object.hasOwnProperty.call(message, "moves") && message.moves !== 0)
                        writer.uint32(96).uint32(message.moves);
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets") && !$Object.is(message.packets, 0))
                        writer.uint32(105).double(message.packets);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && !$Object.is(message.bytes, 0))
                        writer.uint32(113).double(message.bytes);
                    if (message.up != null && $Object.hasOwnProperty.call(message, "up"))
                        $root.ipsec_relay.control.v1.Traffic.encode(message.up, writer.uint32(122).fork(), _depth + 1).ldelim();
                    if (message.down != null && $Object.hasOwnProperty.call(message, "down"))
                        $root.ipsec_relay.control.v1.Traffic.encode(message.down, writer.uint32(130).fork(), _depth + 1).ldelim();
                    if (message.movedMs != null && $Object.hasOwnProperty.call(message, "movedMs") && !$Object.is(message.movedMs, 0))
                        writer.uint32(137).double(message.movedMs);
                    if (message.trouble != null && $Object.hasOwnProperty.call(message, "trouble") && message.trouble !== "")
                        writer.uint32(146).string(message.trouble);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Connection.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.Connection();
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
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.state = value;
                                else
                                    delete message.state;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.service = value;
                                else
                                    delete message.service;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.second = value;
                                else
                                    delete message.second;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.ike && message.ike.length))
                                    message.ike = [];
                                message.ike.push($root.ipsec_relay.control.v1.IkeSa.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                message.firstLeg = $root.ipsec_relay.control.v1.Leg.decode(reader, reader.size(), $undefined, _depth + 1, message.firstLeg);
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.secondLeg = $root.ipsec_relay.control.v1.Leg.decode(reader, reader.size(), $undefined, _depth + 1, message.secondLeg);
                                continue;
                            }
                        case 9: {
                                if (wireType === 2) {
                                    if (!(message.sas && message.sas.length))
                                        message.sas = [];
                                    reader.doubles(message.sas);
                                    continue;
                                }
                                if (wireType !== 1)
                                    break;
                                if (!(message.sas && message.sas.length))
                                    message.sas = [];
                                message.sas.push(reader.double());
                                continue;
                            }
                        case 10: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.startedMs = value;
                                else
                                    delete message.startedMs;
                                continue;
                            }
                        case 11: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.lastPacketMs = value;
                                else
                                    delete message.lastPacketMs;
                                continue;
                            }
                        case 12: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.moves = value;
                                else
                                    delete message.moves;
                                continue;
                            }
                        case 13: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.packets = value;
                                else
                                    delete message.packets;
                                continue;
                            }
                        case 14: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.bytes = value;
                                else
                                    delete message.bytes;
                                continue;
                            }
                        case 15: {
                                if (wireType !== 2)
                                    break;
                                message.up = $root.ipsec_relay.control.v1.Traffic.decode(reader, reader.size(), $undefined, _depth + 1, message.up);
                                continue;
                            }
                        case 16: {
                                if (wireType !== 2)
                                    break;
                                message.down = $root.ipsec_relay.control.v1.Traffic.decode(reader, reader.size(), $undefined, _depth + 1, message.down);
                                continue;
                            }
                        case 17: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.movedMs = value;
                                else
                                    delete message.movedMs;
                                continue;
                            }
                        case 18: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.trouble = value;
                                else
                                    delete message.trouble;
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

                return Connection;
            })();

            v1.Traffic = (function() {

                const Traffic = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Traffic.prototype.packets = 0;
                Traffic.prototype.bytes = 0;

                Traffic.create = function(properties) {
                    return new Traffic(properties);
                };

                Traffic.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.packets != null && $Object.hasOwnProperty.call(message, "packets") && !$Object.is(message.packets, 0))
                        writer.uint32(9).double(message.packets);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && !$Object.is(message.bytes, 0))
                        writer.uint32(17).double(message.bytes);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Traffic.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.Traffic();
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
                                    message.packets = value;
                                else
                                    delete message.packets;
                                continue;
                            }
                        case 2: {
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

                return Traffic;
            })();

            v1.IkeSa = (function() {

                const IkeSa = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                IkeSa.prototype.version = 0;
                IkeSa.prototype.initiatorSpi = "";
                IkeSa.prototype.responderSpi = "";

                IkeSa.create = function(properties) {
                    return new IkeSa(properties);
                };

                IkeSa.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                        writer.uint32(8).uint32(message.version);
                    if (message.initiatorSpi != null && $Object.hasOwnProperty.call(message, "initiatorSpi") && message.initiatorSpi !== "")
                        writer.uint32(18).string(message.initiatorSpi);
                    if (message.responderSpi != null && $Object.hasOwnProperty.call(message, "responderSpi") && message.responderSpi !== "")
                        writer.uint32(26).string(message.responderSpi);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                IkeSa.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.IkeSa();
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
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.initiatorSpi = value;
                                else
                                    delete message.initiatorSpi;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.responderSpi = value;
                                else
                                    delete message.responderSpi;
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

                return IkeSa;
            })();

            v1.Leg = (function() {

                const Leg = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Leg.prototype.family = 0;
                Leg.prototype.encapsulation = "";
                Leg.prototype.relayAddress = "";
                Leg.prototype.relayPort = 0;
                Leg.prototype.peerAddress = "";
                Leg.prototype.peerPort = 0;
                Leg.prototype.mtu = 0;
                Leg.prototype.generation = 0;

                Leg.create = function(properties) {
                    return new Leg(properties);
                };

                Leg.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.family != null && $Object.hasOwnProperty.call(message, "family") && message.family !== 0)
                        writer.uint32(8).uint32(message.family);
                    if (message.encapsulation != null && $Object.hasOwnProperty.call(message, "encapsulation") && message.encapsulation !== "")
                        writer.uint32(18).string(message.encapsulation);
                    if (message.relayAddress != null && $Object.hasOwnProperty.call(message, "relayAddress") && message.relayAddress !== "")
                        writer.uint32(26).string(message.relayAddress);
                    if (message.relayPort != null && $Object.hasOwnProperty.call(message, "relayPort") && message.relayPort !== 0)
                        writer.uint32(32).uint32(message.relayPort);
                    if (message.peerAddress != null && $Object.hasOwnProperty.call(message, "peerAddress") && message.peerAddress !== "")
                        writer.uint32(42).string(message.peerAddress);
                    if (message.peerPort != null && $Object.hasOwnProperty.call(message, "peerPort") && message.peerPort !== 0)
                        writer.uint32(48).uint32(message.peerPort);
                    if (message.mtu != null && $Object.hasOwnProperty.call(message, "mtu") && message.mtu !== 0)
                        writer.uint32(56).uint32(message.mtu);
                    if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && message.generation !== 0)
                        writer.uint32(64).uint32(message.generation);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Leg.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.Leg();
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
                                    message.family = value;
                                else
                                    delete message.family;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.encapsulation = value;
                                else
                                    delete message.encapsulation;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.relayAddress = value;
                                else
                                    delete message.relayAddress;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.relayPort = value;
                                else
                                    delete message.relayPort;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.peerAddress = value;
                                else
                                    delete message.peerAddress;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.peerPort = value;
                                else
                                    delete message.peerPort;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.mtu = value;
                                else
                                    delete message.mtu;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.generation = value;
                                else
                                    delete message.generation;
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

                return Leg;
            })();

            v1.ListConnectionsRequest = (function() {

                const ListConnectionsRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ListConnectionsRequest.prototype.id = 0;
                ListConnectionsRequest.prototype.after = 0;
                ListConnectionsRequest.prototype.limit = 0;
                ListConnectionsRequest.prototype.state = "";
                ListConnectionsRequest.prototype.service = "";
                ListConnectionsRequest.prototype.second = "";

                ListConnectionsRequest.create = function(properties) {
                    return new ListConnectionsRequest(properties);
                };

                ListConnectionsRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(9).double(message.id);
                    if (message.after != null && $Object.hasOwnProperty.call(message, "after") && !$Object.is(message.after, 0))
                        writer.uint32(17).double(message.after);
                    if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                        writer.uint32(24).uint32(message.limit);
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== "")
                        writer.uint32(34).string(message.state);
                    if (message.service != null && $Object.hasOwnProperty.call(message, "service") && message.service !== "")
                        writer.uint32(42).string(message.service);
                    if (message.second != null && $Object.hasOwnProperty.call(message, "second") && message.second !== "")
                        writer.uint32(50).string(message.second);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                ListConnectionsRequest.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.ListConnectionsRequest();
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
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.state = value;
                                else
                                    delete message.state;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.service = value;
                                else
                                    delete message.service;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.second = value;
                                else
                                    delete message.second;
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

                return ListConnectionsRequest;
            })();

            v1.ConnectionList = (function() {

                const ConnectionList = function (properties) {
                    this.connections = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ConnectionList.prototype.connections = $util.emptyArray;
                ConnectionList.prototype.more = false;
                ConnectionList.prototype.last = 0;

                ConnectionList.create = function(properties) {
                    return new ConnectionList(properties);
                };

                ConnectionList.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.connections != null && message.connections.length)
                        for (let i = 0; i < message.connections.length; ++i)
                            $root.ipsec_relay.control.v1.Connection.encode(message.connections[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.more != null && $Object.hasOwnProperty.call(message, "more") && message.more !== false)
                        writer.uint32(16).bool(message.more);
                    if (message.last != null && $Object.hasOwnProperty.call(message, "last") && !$Object.is(message.last, 0))
                        writer.uint32(25).double(message.last);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                ConnectionList.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.ConnectionList();
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
                                if (!(message.connections && message.connections.length))
                                    message.connections = [];
                                message.connections.push($root.ipsec_relay.control.v1.Connection.decode(reader, reader.size(), $undefined, _depth + 1));
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
                        case 3: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.last = value;
                                else
                                    delete message.last;
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

                return ConnectionList;
            })();

            v1.Second = (function() {

                const Second = function (properties) {
                    this.addresses = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Second.prototype.name = "";
                Second.prototype.addresses = $util.emptyArray;
                Second.prototype.weight = 0;
                Second.prototype.state = "";
                Second.prototype.connections = 0;
                Second.prototype.halfOpen = 0;
                Second.prototype.unanswered = 0;
                Second.prototype.lastAnswerMs = 0;
                Second.prototype.trouble = "";

                Second.create = function(properties) {
                    return new Second(properties);
                };

                Second.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(10).string(message.name);
                    if (message.addresses != null && message.addresses.length)
                        for (let i = 0; i < message.addresses.length; ++i)
                            writer.uint32(18).string(message.addresses[i]);
                    if (message.weight != null && $Object.hasOwnProperty.call(message, "weight") && message.weight !== 0)
                        writer.uint32(24).uint32(message.weight);
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== "")
                        writer.uint32(34).string(message.state);
                    if (message.connections != null && $Object.hasOwnProperty.call(message, "connections") && message.connections !== 0)
                        writer.uint32(40).uint32(message.connections);
                    if (message.halfOpen != null && $Object.hasOwnProperty.call(message, "halfOpen") && message.halfOpen !== 0)
                        writer.uint32(48).uint32(message.halfOpen);
                    if (message.unanswered != null && $Object.hasOwnProperty.call(message, "unanswered") && message.unanswered !== 0)
                        writer.uint32(56).uint32(message.unanswered);
                    if (message.lastAnswerMs != null && $Object.hasOwnProperty.call(message, "lastAnswerMs") && !$Object.is(message.lastAnswerMs, 0))
                        writer.uint32(65).double(message.lastAnswerMs);
                    if (message.trouble != null && $Object.hasOwnProperty.call(message, "trouble") && message.trouble !== "")
                        writer.uint32(74).string(message.trouble);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Second.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.Second();
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
                                if (wireType !== 2)
                                    break;
                                if (!(message.addresses && message.addresses.length))
                                    message.addresses = [];
                                message.addresses.push(reader.stringVerify());
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.weight = value;
                                else
                                    delete message.weight;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.state = value;
                                else
                                    delete message.state;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.connections = value;
                                else
                                    delete message.connections;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.halfOpen = value;
                                else
                                    delete message.halfOpen;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.unanswered = value;
                                else
                                    delete message.unanswered;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.lastAnswerMs = value;
                                else
                                    delete message.lastAnswerMs;
                                continue;
                            }
                        case 9: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.trouble = value;
                                else
                                    delete message.trouble;
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

                return Second;
            })();

            v1.ListSecondsRequest = (function() {

                const ListSecondsRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ListSecondsRequest.create = function(properties) {
                    return new ListSecondsRequest(properties);
                };

                ListSecondsRequest.encode = function (message, writer, _depth) {
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

                ListSecondsRequest.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.ListSecondsRequest();
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

                return ListSecondsRequest;
            })();

            v1.SecondList = (function() {

                const SecondList = function (properties) {
                    this.seconds = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                SecondList.prototype.seconds = $util.emptyArray;

                SecondList.create = function(properties) {
                    return new SecondList(properties);
                };

                SecondList.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.seconds != null && message.seconds.length)
                        for (let i = 0; i < message.seconds.length; ++i)
                            $root.ipsec_relay.control.v1.Second.encode(message.seconds[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                SecondList.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.SecondList();
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
                                if (!(message.seconds && message.seconds.length))
                                    message.seconds = [];
                                message.seconds.push($root.ipsec_relay.control.v1.Second.decode(reader, reader.size(), $undefined, _depth + 1));
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

                return SecondList;
            })();

            v1.SetSecondRequest = (function() {

                const SetSecondRequest = function (properties) {
                    this.addresses = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                SetSecondRequest.prototype.name = "";
                SetSecondRequest.prototype.addresses = $util.emptyArray;
                SetSecondRequest.prototype.weight = null;
                SetSecondRequest.prototype.draining = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(SetSecondRequest.prototype, "_weight", {
                    get: $util.oneOfGetter($oneOfFields = ["weight"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(SetSecondRequest.prototype, "_draining", {
                    get: $util.oneOfGetter($oneOfFields = ["draining"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                SetSecondRequest.create = function(properties) {
                    return new SetSecondRequest(properties);
                };

                SetSecondRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(10).string(message.name);
                    if (message.addresses != null && message.addresses.length)
                        for (let i = 0; i < message.addresses.length; ++i)
                            writer.uint32(18).string(message.addresses[i]);
                    if (message.weight != null && $Object.hasOwnProperty.call(message, "weight"))
                        writer.uint32(24).uint32(message.weight);
                    if (message.draining != null && $Object.hasOwnProperty.call(message, "draining"))
                        writer.uint32(32).bool(message.draining);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                SetSecondRequest.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.SetSecondRequest();
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
                                if (wireType !== 2)
                                    break;
                                if (!(message.addresses && message.addresses.length))
                                    message.addresses = [];
                                message.addresses.push(reader.stringVerify());
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.weight = reader.uint32();
                                message._weight = "weight";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.draining = reader.bool();
                                message._draining = "draining";
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

                return SetSecondRequest;
            })();

            v1.Service = (function() {

                const Service = function (properties) {
                    this.addresses = [];
                    this.from = [];
                    this.seconds = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Service.prototype.name = "";
                Service.prototype.addresses = $util.emptyArray;
                Service.prototype.from = $util.emptyArray;
                Service.prototype.seconds = $util.emptyArray;
                Service.prototype.balance = "";
                Service.prototype.connections = 0;

                Service.create = function(properties) {
                    return new Service(properties);
                };

                Service.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                        writer.uint32(10).string(message.name);
                    if (message.addresses != null && message.addresses.length)
                        for (let i = 0; i < message.addresses.length; ++i)
                            writer.uint32(18).string(message.addresses[i]);
                    if (message.from != null && message.from.length)
                        for (let i = 0; i < message.from.length; ++i)
                            writer.uint32(26).string(message.from[i]);
                    if (message.seconds != null && message.seconds.length)
                        for (let i = 0; i < message.seconds.length; ++i)
                            writer.uint32(34).string(message.seconds[i]);
                    if (message.balance != null && $Object.hasOwnProperty.call(message, "balance") && message.balance !== "")
                        writer.uint32(42).string(message.balance);
                    if (message.connections != null && $Object.hasOwnProperty.call(message, "connections") && message.connections !== 0)
                        writer.uint32(48).uint32(message.connections);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Service.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.Service();
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
                                if (wireType !== 2)
                                    break;
                                if (!(message.addresses && message.addresses.length))
                                    message.addresses = [];
                                message.addresses.push(reader.stringVerify());
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.from && message.from.length))
                                    message.from = [];
                                message.from.push(reader.stringVerify());
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.seconds && message.seconds.length))
                                    message.seconds = [];
                                message.seconds.push(reader.stringVerify());
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.balance = value;
                                else
                                    delete message.balance;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.connections = value;
                                else
                                    delete message.connections;
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

                return Service;
            })();

            v1.ListServicesRequest = (function() {

                const ListServicesRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ListServicesRequest.create = function(properties) {
                    return new ListServicesRequest(properties);
                };

                ListServicesRequest.encode = function (message, writer, _depth) {
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

                ListServicesRequest.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.ListServicesRequest();
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

                return ListServicesRequest;
            })();

            v1.ServiceList = (function() {

                const ServiceList = function (properties) {
                    this.services = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ServiceList.prototype.services = $util.emptyArray;

                ServiceList.create = function(properties) {
                    return new ServiceList(properties);
                };

                ServiceList.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.services != null && message.services.length)
                        for (let i = 0; i < message.services.length; ++i)
                            $root.ipsec_relay.control.v1.Service.encode(message.services[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                ServiceList.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.ServiceList();
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
                                if (!(message.services && message.services.length))
                                    message.services = [];
                                message.services.push($root.ipsec_relay.control.v1.Service.decode(reader, reader.size(), $undefined, _depth + 1));
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

                return ServiceList;
            })();

            v1.StoredExchange = (function() {

                const StoredExchange = function (properties) {
                    this.pairs = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                StoredExchange.prototype.id = 0;
                StoredExchange.prototype.service = "";
                StoredExchange.prototype.second = "";
                StoredExchange.prototype.version = 0;
                StoredExchange.prototype.towardsAddress = "";
                StoredExchange.prototype.towardsPort = 0;
                StoredExchange.prototype.first = null;
                StoredExchange.prototype.initial = null;
                StoredExchange.prototype.pairs = $util.emptyArray;
                StoredExchange.prototype.startedMs = 0;
                StoredExchange.prototype.moves = 0;
                StoredExchange.prototype.movedMs = 0;

                StoredExchange.create = function(properties) {
                    return new StoredExchange(properties);
                };

                StoredExchange.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(9).double(message.id);
                    if (message.service != null && $Object.hasOwnProperty.call(message, "service") && message.service !== "")
                        writer.uint32(18).string(message.service);
                    if (message.second != null && $Object.hasOwnProperty.call(message, "second") && message.second !== "")
                        writer.uint32(26).string(message.second);
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                        writer.uint32(32).uint32(message.version);
                    if (message.towardsAddress != null && $Object.hasOwnProperty.call(message, "towardsAddress") && message.towardsAddress !== "")
                        writer.uint32(42).string(message.towardsAddress);
                    if (message.towardsPort != null && $Object.hasOwnProperty.call(message, "towardsPort") && message.towardsPort !== 0)
                        writer.uint32(48).uint32(message.towardsPort);
                    if (message.first != null && $Object.hasOwnProperty.call(message, "first"))
                        $root.ipsec_relay.control.v1.StoredFlow.encode(message.first, writer.uint32(58).fork(), _depth + 1).ldelim();
                    if (message.initial != null && $Object.hasOwnProperty.call(message, "initial"))
                        $root.ipsec_relay.control.v1.StoredFlow.encode(message.initial, writer.uint32(66).fork(), _depth + 1).ldelim();
                    if (message.pairs != null && message.pairs.length)
                        for (let i = 0; i < message.pairs.length; ++i)
                            writer.uint32(74).string(message.pairs[i]);
                    if (message.startedMs != null && $Object.hasOwnProperty.call(message, "startedMs") && !$Object.is(message.startedMs, 0))
                        writer.uint32(81).double(message.startedMs);
                    if (message.moves != null && $Object.hasOwnProperty.call(message, "moves") && message.moves !== 0)
                        writer.uint32(88).uint32(message.moves);
                    if (message.movedMs != null && $Object.hasOwnProperty.call(message, "movedMs") && !$Object.is(message.movedMs, 0))
                        writer.uint32(97).double(message.movedMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                StoredExchange.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.StoredExchange();
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
                                    message.service = value;
                                else
                                    delete message.service;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.second = value;
                                else
                                    delete message.second;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.towardsAddress = value;
                                else
                                    delete message.towardsAddress;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.towardsPort = value;
                                else
                                    delete message.towardsPort;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                message.first = $root.ipsec_relay.control.v1.StoredFlow.decode(reader, reader.size(), $undefined, _depth + 1, message.first);
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.initial = $root.ipsec_relay.control.v1.StoredFlow.decode(reader, reader.size(), $undefined, _depth + 1, message.initial);
                                continue;
                            }
                        case 9: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.pairs && message.pairs.length))
                                    message.pairs = [];
                                message.pairs.push(reader.stringVerify());
                                continue;
                            }
                        case 10: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.startedMs = value;
                                else
                                    delete message.startedMs;
                                continue;
                            }
                        case 11: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.moves = value;
                                else
                                    delete message.moves;
                                continue;
                            }
                        case 12: {
                                if (wireType !== 1)
                                    break;
                                if (!$Object.is(value = reader.double(), 0))
                                    message.movedMs = value;
                                else
                                    delete message.movedMs;
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

                return StoredExchange;
            })();

            v1.StoredFlow = (function() {

                const StoredFlow = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                StoredFlow.prototype.peerAddress = "";
                StoredFlow.prototype.peerPort = 0;
                StoredFlow.prototype.ownAddress = "";
                StoredFlow.prototype.ownPort = 0;

                StoredFlow.create = function(properties) {
                    return new StoredFlow(properties);
                };

                StoredFlow.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.peerAddress != null && $Object.hasOwnProperty.call(message, "peerAddress") && message.peerAddress !== "")
                        writer.uint32(10).string(message.peerAddress);
                    if (message.peerPort != null && $Object.hasOwnProperty.call(message, "peerPort") && message.peerPort !== 0)
                        writer.uint32(16).uint32(message.peerPort);
                    if (message.ownAddress != null && $Object.hasOwnProperty.call(message, "ownAddress") && message.ownAddress !== "")
                        writer.uint32(26).string(message.ownAddress);
                    if (message.ownPort != null && $Object.hasOwnProperty.call(message, "ownPort") && message.ownPort !== 0)
                        writer.uint32(32).uint32(message.ownPort);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                StoredFlow.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.StoredFlow();
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
                                    message.peerAddress = value;
                                else
                                    delete message.peerAddress;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.peerPort = value;
                                else
                                    delete message.peerPort;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.ownAddress = value;
                                else
                                    delete message.ownAddress;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.ownPort = value;
                                else
                                    delete message.ownPort;
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

                return StoredFlow;
            })();

            v1.DeleteConnectionRequest = (function() {

                const DeleteConnectionRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                DeleteConnectionRequest.prototype.id = 0;

                DeleteConnectionRequest.create = function(properties) {
                    return new DeleteConnectionRequest(properties);
                };

                DeleteConnectionRequest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && !$Object.is(message.id, 0))
                        writer.uint32(9).double(message.id);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                DeleteConnectionRequest.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.ipsec_relay.control.v1.DeleteConnectionRequest();
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

                return DeleteConnectionRequest;
            })();

            v1.MonitorRequest = (function() {

                const MonitorRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                MonitorRequest.create = function(properties) {
                    return new MonitorRequest(properties);
                };

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

                return MonitorRequest;
            })();

            v1.Event = (function() {

                const Event = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Event.prototype.timeMs = 0;
                Event.prototype.event = "";
                Event.prototype.sa = null;
                Event.prototype.message = "";

                Event.create = function(properties) {
                    return new Event(properties);
                };

                Event.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.timeMs != null && $Object.hasOwnProperty.call(message, "timeMs") && !$Object.is(message.timeMs, 0))
                        writer.uint32(9).double(message.timeMs);
                    if (message.event != null && $Object.hasOwnProperty.call(message, "event") && message.event !== "")
                        writer.uint32(18).string(message.event);
                    if (message.sa != null && $Object.hasOwnProperty.call(message, "sa"))
                        $root.ipsec_relay.control.v1.Sa.encode(message.sa, writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                        writer.uint32(34).string(message.message);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

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

                return Event;
            })();

            v1.ReloadRequest = (function() {

                const ReloadRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                ReloadRequest.create = function(properties) {
                    return new ReloadRequest(properties);
                };

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

                return ReloadRequest;
            })();

            v1.StopRequest = (function() {

                const StopRequest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                StopRequest.create = function(properties) {
                    return new StopRequest(properties);
                };

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
