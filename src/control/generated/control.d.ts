import * as $protobuf from "protobufjs";
import Long = require("long");

/** Namespace ipsec_relay. */
export namespace ipsec_relay {

    /** Namespace control. */
    namespace control {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Request.
             * @deprecated Use ipsec_relay.control.v1.Request.$Properties instead.
             */
            interface IRequest extends ipsec_relay.control.v1.Request.$Properties {
            }

            /** Represents a Request. */
            class Request {

                /**
                 * Constructs a new Request.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Request.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Request version. */
                version: number;

                /** Request id. */
                id: number;

                /** Request status. */
                status?: (ipsec_relay.control.v1.StatusRequest.$Properties|null);

                /** Request addSas. */
                addSas?: (ipsec_relay.control.v1.AddSasRequest.$Properties|null);

                /** Request listSas. */
                listSas?: (ipsec_relay.control.v1.ListSasRequest.$Properties|null);

                /** Request deleteSas. */
                deleteSas?: (ipsec_relay.control.v1.DeleteSasRequest.$Properties|null);

                /** Request flushSas. */
                flushSas?: (ipsec_relay.control.v1.FlushSasRequest.$Properties|null);

                /** Request monitor. */
                monitor?: (ipsec_relay.control.v1.MonitorRequest.$Properties|null);

                /** Request reload. */
                reload?: (ipsec_relay.control.v1.ReloadRequest.$Properties|null);

                /** Request stop. */
                stop?: (ipsec_relay.control.v1.StopRequest.$Properties|null);

                /** Request listConnections. */
                listConnections?: (ipsec_relay.control.v1.ListConnectionsRequest.$Properties|null);

                /** Request deleteConnection. */
                deleteConnection?: (ipsec_relay.control.v1.DeleteConnectionRequest.$Properties|null);

                /** Request listSeconds. */
                listSeconds?: (ipsec_relay.control.v1.ListSecondsRequest.$Properties|null);

                /** Request setSecond. */
                setSecond?: (ipsec_relay.control.v1.SetSecondRequest.$Properties|null);

                /** Request listServices. */
                listServices?: (ipsec_relay.control.v1.ListServicesRequest.$Properties|null);

                /** Request command. */
                command?: ("status"|"addSas"|"listSas"|"deleteSas"|"flushSas"|"monitor"|"reload"|"stop"|"listConnections"|"deleteConnection"|"listSeconds"|"setSecond"|"listServices");

                /**
                 * Creates a new Request instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Request instance
                 */
                static create(properties: ipsec_relay.control.v1.Request.$Shape): ipsec_relay.control.v1.Request & ipsec_relay.control.v1.Request.$Shape;
                static create(properties?: ipsec_relay.control.v1.Request.$Properties): ipsec_relay.control.v1.Request;

                /**
                 * Encodes the specified Request message. Does not implicitly {@link ipsec_relay.control.v1.Request.verify|verify} messages.
                 * @param message Request message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Request.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Request & ipsec_relay.control.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Request & ipsec_relay.control.v1.Request.$Shape;
            }

            namespace Request {

                /** Properties of a Request. */
                interface $Properties {

                    /** Request version */
                    version?: (number|null);

                    /** Request id */
                    id?: (number|null);

                    /** Request status */
                    status?: (ipsec_relay.control.v1.StatusRequest.$Properties|null);

                    /** Request addSas */
                    addSas?: (ipsec_relay.control.v1.AddSasRequest.$Properties|null);

                    /** Request listSas */
                    listSas?: (ipsec_relay.control.v1.ListSasRequest.$Properties|null);

                    /** Request deleteSas */
                    deleteSas?: (ipsec_relay.control.v1.DeleteSasRequest.$Properties|null);

                    /** Request flushSas */
                    flushSas?: (ipsec_relay.control.v1.FlushSasRequest.$Properties|null);

                    /** Request monitor */
                    monitor?: (ipsec_relay.control.v1.MonitorRequest.$Properties|null);

                    /** Request reload */
                    reload?: (ipsec_relay.control.v1.ReloadRequest.$Properties|null);

                    /** Request stop */
                    stop?: (ipsec_relay.control.v1.StopRequest.$Properties|null);

                    /** Request listConnections */
                    listConnections?: (ipsec_relay.control.v1.ListConnectionsRequest.$Properties|null);

                    /** Request deleteConnection */
                    deleteConnection?: (ipsec_relay.control.v1.DeleteConnectionRequest.$Properties|null);

                    /** Request listSeconds */
                    listSeconds?: (ipsec_relay.control.v1.ListSecondsRequest.$Properties|null);

                    /** Request setSecond */
                    setSecond?: (ipsec_relay.control.v1.SetSecondRequest.$Properties|null);

                    /** Request listServices */
                    listServices?: (ipsec_relay.control.v1.ListServicesRequest.$Properties|null);

                    /** Request command */
                    command?: ("status"|"addSas"|"listSas"|"deleteSas"|"flushSas"|"monitor"|"reload"|"stop"|"listConnections"|"deleteConnection"|"listSeconds"|"setSecond"|"listServices");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a Request. */
                type $Shape = {
                  version?: number|null;
                  id?: number|null;
                  status?: ipsec_relay.control.v1.StatusRequest.$Shape|null;
                  addSas?: ipsec_relay.control.v1.AddSasRequest.$Shape|null;
                  listSas?: ipsec_relay.control.v1.ListSasRequest.$Shape|null;
                  deleteSas?: ipsec_relay.control.v1.DeleteSasRequest.$Shape|null;
                  flushSas?: ipsec_relay.control.v1.FlushSasRequest.$Shape|null;
                  monitor?: ipsec_relay.control.v1.MonitorRequest.$Shape|null;
                  reload?: ipsec_relay.control.v1.ReloadRequest.$Shape|null;
                  stop?: ipsec_relay.control.v1.StopRequest.$Shape|null;
                  listConnections?: ipsec_relay.control.v1.ListConnectionsRequest.$Shape|null;
                  deleteConnection?: ipsec_relay.control.v1.DeleteConnectionRequest.$Shape|null;
                  listSeconds?: ipsec_relay.control.v1.ListSecondsRequest.$Shape|null;
                  setSecond?: ipsec_relay.control.v1.SetSecondRequest.$Shape|null;
                  listServices?: ipsec_relay.control.v1.ListServicesRequest.$Shape|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ command?: undefined; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "status"; status: ipsec_relay.control.v1.StatusRequest.$Shape; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "addSas"; status?: null; addSas: ipsec_relay.control.v1.AddSasRequest.$Shape; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "listSas"; status?: null; addSas?: null; listSas: ipsec_relay.control.v1.ListSasRequest.$Shape; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "deleteSas"; status?: null; addSas?: null; listSas?: null; deleteSas: ipsec_relay.control.v1.DeleteSasRequest.$Shape; flushSas?: null; monitor?: null; reload?: null; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "flushSas"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas: ipsec_relay.control.v1.FlushSasRequest.$Shape; monitor?: null; reload?: null; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "monitor"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor: ipsec_relay.control.v1.MonitorRequest.$Shape; reload?: null; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "reload"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload: ipsec_relay.control.v1.ReloadRequest.$Shape; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "stop"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop: ipsec_relay.control.v1.StopRequest.$Shape; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "listConnections"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null; listConnections: ipsec_relay.control.v1.ListConnectionsRequest.$Shape; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "deleteConnection"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null; listConnections?: null; deleteConnection: ipsec_relay.control.v1.DeleteConnectionRequest.$Shape; listSeconds?: null; setSecond?: null; listServices?: null }|{ command?: "listSeconds"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds: ipsec_relay.control.v1.ListSecondsRequest.$Shape; setSecond?: null; listServices?: null }|{ command?: "setSecond"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond: ipsec_relay.control.v1.SetSecondRequest.$Shape; listServices?: null }|{ command?: "listServices"; status?: null; addSas?: null; listSas?: null; deleteSas?: null; flushSas?: null; monitor?: null; reload?: null; stop?: null; listConnections?: null; deleteConnection?: null; listSeconds?: null; setSecond?: null; listServices: ipsec_relay.control.v1.ListServicesRequest.$Shape })
                );
            }

            /**
             * Properties of a Response.
             * @deprecated Use ipsec_relay.control.v1.Response.$Properties instead.
             */
            interface IResponse extends ipsec_relay.control.v1.Response.$Properties {
            }

            /** Represents a Response. */
            class Response {

                /**
                 * Constructs a new Response.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Response.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Response version. */
                version: number;

                /** Response id. */
                id: number;

                /** Response failure. */
                failure?: (ipsec_relay.control.v1.Failure.$Properties|null);

                /** Response status. */
                status?: (ipsec_relay.control.v1.Status.$Properties|null);

                /** Response addSas. */
                addSas?: (ipsec_relay.control.v1.AddSasResult.$Properties|null);

                /** Response saList. */
                saList?: (ipsec_relay.control.v1.SaList.$Properties|null);

                /** Response deletedSas. */
                deletedSas?: (ipsec_relay.control.v1.DeletedSas.$Properties|null);

                /** Response event. */
                event?: (ipsec_relay.control.v1.Event.$Properties|null);

                /** Response done. */
                done?: (ipsec_relay.control.v1.Done.$Properties|null);

                /** Response connectionList. */
                connectionList?: (ipsec_relay.control.v1.ConnectionList.$Properties|null);

                /** Response secondList. */
                secondList?: (ipsec_relay.control.v1.SecondList.$Properties|null);

                /** Response serviceList. */
                serviceList?: (ipsec_relay.control.v1.ServiceList.$Properties|null);

                /** Response result. */
                result?: ("failure"|"status"|"addSas"|"saList"|"deletedSas"|"event"|"done"|"connectionList"|"secondList"|"serviceList");

                /**
                 * Creates a new Response instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Response instance
                 */
                static create(properties: ipsec_relay.control.v1.Response.$Shape): ipsec_relay.control.v1.Response & ipsec_relay.control.v1.Response.$Shape;
                static create(properties?: ipsec_relay.control.v1.Response.$Properties): ipsec_relay.control.v1.Response;

                /**
                 * Encodes the specified Response message. Does not implicitly {@link ipsec_relay.control.v1.Response.verify|verify} messages.
                 * @param message Response message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Response.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Response & ipsec_relay.control.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Response & ipsec_relay.control.v1.Response.$Shape;
            }

            namespace Response {

                /** Properties of a Response. */
                interface $Properties {

                    /** Response version */
                    version?: (number|null);

                    /** Response id */
                    id?: (number|null);

                    /** Response failure */
                    failure?: (ipsec_relay.control.v1.Failure.$Properties|null);

                    /** Response status */
                    status?: (ipsec_relay.control.v1.Status.$Properties|null);

                    /** Response addSas */
                    addSas?: (ipsec_relay.control.v1.AddSasResult.$Properties|null);

                    /** Response saList */
                    saList?: (ipsec_relay.control.v1.SaList.$Properties|null);

                    /** Response deletedSas */
                    deletedSas?: (ipsec_relay.control.v1.DeletedSas.$Properties|null);

                    /** Response event */
                    event?: (ipsec_relay.control.v1.Event.$Properties|null);

                    /** Response done */
                    done?: (ipsec_relay.control.v1.Done.$Properties|null);

                    /** Response connectionList */
                    connectionList?: (ipsec_relay.control.v1.ConnectionList.$Properties|null);

                    /** Response secondList */
                    secondList?: (ipsec_relay.control.v1.SecondList.$Properties|null);

                    /** Response serviceList */
                    serviceList?: (ipsec_relay.control.v1.ServiceList.$Properties|null);

                    /** Response result */
                    result?: ("failure"|"status"|"addSas"|"saList"|"deletedSas"|"event"|"done"|"connectionList"|"secondList"|"serviceList");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a Response. */
                type $Shape = {
                  version?: number|null;
                  id?: number|null;
                  failure?: ipsec_relay.control.v1.Failure.$Shape|null;
                  status?: ipsec_relay.control.v1.Status.$Shape|null;
                  addSas?: ipsec_relay.control.v1.AddSasResult.$Shape|null;
                  saList?: ipsec_relay.control.v1.SaList.$Shape|null;
                  deletedSas?: ipsec_relay.control.v1.DeletedSas.$Shape|null;
                  event?: ipsec_relay.control.v1.Event.$Shape|null;
                  done?: ipsec_relay.control.v1.Done.$Shape|null;
                  connectionList?: ipsec_relay.control.v1.ConnectionList.$Shape|null;
                  secondList?: ipsec_relay.control.v1.SecondList.$Shape|null;
                  serviceList?: ipsec_relay.control.v1.ServiceList.$Shape|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ result?: undefined; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas?: null; event?: null; done?: null; connectionList?: null; secondList?: null; serviceList?: null }|{ result?: "failure"; failure: ipsec_relay.control.v1.Failure.$Shape; status?: null; addSas?: null; saList?: null; deletedSas?: null; event?: null; done?: null; connectionList?: null; secondList?: null; serviceList?: null }|{ result?: "status"; failure?: null; status: ipsec_relay.control.v1.Status.$Shape; addSas?: null; saList?: null; deletedSas?: null; event?: null; done?: null; connectionList?: null; secondList?: null; serviceList?: null }|{ result?: "addSas"; failure?: null; status?: null; addSas: ipsec_relay.control.v1.AddSasResult.$Shape; saList?: null; deletedSas?: null; event?: null; done?: null; connectionList?: null; secondList?: null; serviceList?: null }|{ result?: "saList"; failure?: null; status?: null; addSas?: null; saList: ipsec_relay.control.v1.SaList.$Shape; deletedSas?: null; event?: null; done?: null; connectionList?: null; secondList?: null; serviceList?: null }|{ result?: "deletedSas"; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas: ipsec_relay.control.v1.DeletedSas.$Shape; event?: null; done?: null; connectionList?: null; secondList?: null; serviceList?: null }|{ result?: "event"; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas?: null; event: ipsec_relay.control.v1.Event.$Shape; done?: null; connectionList?: null; secondList?: null; serviceList?: null }|{ result?: "done"; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas?: null; event?: null; done: ipsec_relay.control.v1.Done.$Shape; connectionList?: null; secondList?: null; serviceList?: null }|{ result?: "connectionList"; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas?: null; event?: null; done?: null; connectionList: ipsec_relay.control.v1.ConnectionList.$Shape; secondList?: null; serviceList?: null }|{ result?: "secondList"; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas?: null; event?: null; done?: null; connectionList?: null; secondList: ipsec_relay.control.v1.SecondList.$Shape; serviceList?: null }|{ result?: "serviceList"; failure?: null; status?: null; addSas?: null; saList?: null; deletedSas?: null; event?: null; done?: null; connectionList?: null; secondList?: null; serviceList: ipsec_relay.control.v1.ServiceList.$Shape })
                );
            }

            /**
             * Properties of a Failure.
             * @deprecated Use ipsec_relay.control.v1.Failure.$Properties instead.
             */
            interface IFailure extends ipsec_relay.control.v1.Failure.$Properties {
            }

            /** Represents a Failure. */
            class Failure {

                /**
                 * Constructs a new Failure.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Failure.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Failure kind. */
                kind: ipsec_relay.control.v1.Failure.Kind;

                /** Failure message. */
                message: string;

                /** Failure position. */
                position: number;

                /**
                 * Creates a new Failure instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Failure instance
                 */
                static create(properties: ipsec_relay.control.v1.Failure.$Shape): ipsec_relay.control.v1.Failure & ipsec_relay.control.v1.Failure.$Shape;
                static create(properties?: ipsec_relay.control.v1.Failure.$Properties): ipsec_relay.control.v1.Failure;

                /**
                 * Encodes the specified Failure message. Does not implicitly {@link ipsec_relay.control.v1.Failure.verify|verify} messages.
                 * @param message Failure message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Failure.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Failure message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Failure & ipsec_relay.control.v1.Failure.$Shape} Failure
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Failure & ipsec_relay.control.v1.Failure.$Shape;
            }

            namespace Failure {

                /** Properties of a Failure. */
                interface $Properties {

                    /** Failure kind */
                    kind?: (ipsec_relay.control.v1.Failure.Kind|null);

                    /** Failure message */
                    message?: (string|null);

                    /** Failure position */
                    position?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Failure. */
                type $Shape = ipsec_relay.control.v1.Failure.$Properties;

                /** Kind enum. */
                enum Kind {

                    /** REFUSED value */
                    REFUSED = 0,

                    /** USAGE value */
                    USAGE = 1
                }
            }

            /**
             * Properties of a Done.
             * @deprecated Use ipsec_relay.control.v1.Done.$Properties instead.
             */
            interface IDone extends ipsec_relay.control.v1.Done.$Properties {
            }

            /** Represents a Done. */
            class Done {

                /**
                 * Constructs a new Done.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Done.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Done message. */
                message: string;

                /**
                 * Creates a new Done instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Done instance
                 */
                static create(properties: ipsec_relay.control.v1.Done.$Shape): ipsec_relay.control.v1.Done & ipsec_relay.control.v1.Done.$Shape;
                static create(properties?: ipsec_relay.control.v1.Done.$Properties): ipsec_relay.control.v1.Done;

                /**
                 * Encodes the specified Done message. Does not implicitly {@link ipsec_relay.control.v1.Done.verify|verify} messages.
                 * @param message Done message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Done.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Done message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Done & ipsec_relay.control.v1.Done.$Shape} Done
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Done & ipsec_relay.control.v1.Done.$Shape;
            }

            namespace Done {

                /** Properties of a Done. */
                interface $Properties {

                    /** Done message */
                    message?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Done. */
                type $Shape = ipsec_relay.control.v1.Done.$Properties;
            }

            /**
             * Properties of a StatusRequest.
             * @deprecated Use ipsec_relay.control.v1.StatusRequest.$Properties instead.
             */
            interface IStatusRequest extends ipsec_relay.control.v1.StatusRequest.$Properties {
            }

            /** Represents a StatusRequest. */
            class StatusRequest {

                /**
                 * Constructs a new StatusRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.StatusRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /**
                 * Creates a new StatusRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns StatusRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.StatusRequest.$Shape): ipsec_relay.control.v1.StatusRequest & ipsec_relay.control.v1.StatusRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.StatusRequest.$Properties): ipsec_relay.control.v1.StatusRequest;

                /**
                 * Encodes the specified StatusRequest message. Does not implicitly {@link ipsec_relay.control.v1.StatusRequest.verify|verify} messages.
                 * @param message StatusRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.StatusRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a StatusRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.StatusRequest & ipsec_relay.control.v1.StatusRequest.$Shape} StatusRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.StatusRequest & ipsec_relay.control.v1.StatusRequest.$Shape;
            }

            namespace StatusRequest {

                /** Properties of a StatusRequest. */
                interface $Properties {

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a StatusRequest. */
                type $Shape = ipsec_relay.control.v1.StatusRequest.$Properties;
            }

            /**
             * Properties of a Status.
             * @deprecated Use ipsec_relay.control.v1.Status.$Properties instead.
             */
            interface IStatus extends ipsec_relay.control.v1.Status.$Properties {
            }

            /** Represents a Status. */
            class Status {

                /**
                 * Constructs a new Status.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Status.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Status version. */
                version: string;

                /** Status role. */
                role: string;

                /** Status pid. */
                pid: number;

                /** Status startedMs. */
                startedMs: number;

                /** Status attachment. */
                attachment: string;

                /** Status interface. */
                interface: string;

                /** Status workers. */
                workers: number;

                /** Status addresses. */
                addresses: string[];

                /** Status sas. */
                sas: number;

                /** Status maxSas. */
                maxSas: number;

                /** Status sadBytes. */
                sadBytes: number;

                /** Status verdicts. */
                verdicts: ipsec_relay.control.v1.VerdictCounter.$Properties[];

                /** Status configPath. */
                configPath: string;

                /** Status stateDirectory. */
                stateDirectory: string;

                /** Status lookup. */
                lookup: string;

                /** Status originated. */
                originated: ipsec_relay.control.v1.OriginatedCounter.$Properties[];

                /** Status fragments. */
                fragments?: (ipsec_relay.control.v1.Fragments.$Properties|null);

                /** Status spiFilter. */
                spiFilter?: (ipsec_relay.control.v1.SpiFilter.$Properties|null);

                /** Status exchanges. */
                exchanges?: (ipsec_relay.control.v1.ExchangeSummary.$Properties|null);

                /** Status fastPath. */
                fastPath?: (ipsec_relay.control.v1.FastPath.$Properties|null);

                /**
                 * Creates a new Status instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Status instance
                 */
                static create(properties: ipsec_relay.control.v1.Status.$Shape): ipsec_relay.control.v1.Status & ipsec_relay.control.v1.Status.$Shape;
                static create(properties?: ipsec_relay.control.v1.Status.$Properties): ipsec_relay.control.v1.Status;

                /**
                 * Encodes the specified Status message. Does not implicitly {@link ipsec_relay.control.v1.Status.verify|verify} messages.
                 * @param message Status message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Status.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Status message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Status & ipsec_relay.control.v1.Status.$Shape} Status
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Status & ipsec_relay.control.v1.Status.$Shape;
            }

            namespace Status {

                /** Properties of a Status. */
                interface $Properties {

                    /** Status version */
                    version?: (string|null);

                    /** Status role */
                    role?: (string|null);

                    /** Status pid */
                    pid?: (number|null);

                    /** Status startedMs */
                    startedMs?: (number|null);

                    /** Status attachment */
                    attachment?: (string|null);

                    /** Status interface */
                    "interface"?: (string|null);

                    /** Status workers */
                    workers?: (number|null);

                    /** Status addresses */
                    addresses?: (string[]|null);

                    /** Status sas */
                    sas?: (number|null);

                    /** Status maxSas */
                    maxSas?: (number|null);

                    /** Status sadBytes */
                    sadBytes?: (number|null);

                    /** Status verdicts */
                    verdicts?: (ipsec_relay.control.v1.VerdictCounter.$Properties[]|null);

                    /** Status configPath */
                    configPath?: (string|null);

                    /** Status stateDirectory */
                    stateDirectory?: (string|null);

                    /** Status lookup */
                    lookup?: (string|null);

                    /** Status originated */
                    originated?: (ipsec_relay.control.v1.OriginatedCounter.$Properties[]|null);

                    /** Status fragments */
                    fragments?: (ipsec_relay.control.v1.Fragments.$Properties|null);

                    /** Status spiFilter */
                    spiFilter?: (ipsec_relay.control.v1.SpiFilter.$Properties|null);

                    /** Status exchanges */
                    exchanges?: (ipsec_relay.control.v1.ExchangeSummary.$Properties|null);

                    /** Status fastPath */
                    fastPath?: (ipsec_relay.control.v1.FastPath.$Properties|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Status. */
                type $Shape = ipsec_relay.control.v1.Status.$Properties;
            }

            /**
             * Properties of a FastPath.
             * @deprecated Use ipsec_relay.control.v1.FastPath.$Properties instead.
             */
            interface IFastPath extends ipsec_relay.control.v1.FastPath.$Properties {
            }

            /** Represents a FastPath. */
            class FastPath {

                /**
                 * Constructs a new FastPath.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.FastPath.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** FastPath links. */
                links: string[];

                /** FastPath packets. */
                packets: number;

                /** FastPath bytes. */
                bytes: number;

                /**
                 * Creates a new FastPath instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns FastPath instance
                 */
                static create(properties: ipsec_relay.control.v1.FastPath.$Shape): ipsec_relay.control.v1.FastPath & ipsec_relay.control.v1.FastPath.$Shape;
                static create(properties?: ipsec_relay.control.v1.FastPath.$Properties): ipsec_relay.control.v1.FastPath;

                /**
                 * Encodes the specified FastPath message. Does not implicitly {@link ipsec_relay.control.v1.FastPath.verify|verify} messages.
                 * @param message FastPath message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.FastPath.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a FastPath message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.FastPath & ipsec_relay.control.v1.FastPath.$Shape} FastPath
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.FastPath & ipsec_relay.control.v1.FastPath.$Shape;
            }

            namespace FastPath {

                /** Properties of a FastPath. */
                interface $Properties {

                    /** FastPath links */
                    links?: (string[]|null);

                    /** FastPath packets */
                    packets?: (number|null);

                    /** FastPath bytes */
                    bytes?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a FastPath. */
                type $Shape = ipsec_relay.control.v1.FastPath.$Properties;
            }

            /**
             * Properties of an ExchangeSummary.
             * @deprecated Use ipsec_relay.control.v1.ExchangeSummary.$Properties instead.
             */
            interface IExchangeSummary extends ipsec_relay.control.v1.ExchangeSummary.$Properties {
            }

            /** Represents an ExchangeSummary. */
            class ExchangeSummary {

                /**
                 * Constructs a new ExchangeSummary.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.ExchangeSummary.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ExchangeSummary connections. */
                connections: number;

                /** ExchangeSummary halfOpen. */
                halfOpen: number;

                /** ExchangeSummary seconds. */
                seconds: number;

                /** ExchangeSummary up. */
                up: number;

                /** ExchangeSummary draining. */
                draining: number;

                /** ExchangeSummary troubles. */
                troubles: string[];

                /**
                 * Creates a new ExchangeSummary instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns ExchangeSummary instance
                 */
                static create(properties: ipsec_relay.control.v1.ExchangeSummary.$Shape): ipsec_relay.control.v1.ExchangeSummary & ipsec_relay.control.v1.ExchangeSummary.$Shape;
                static create(properties?: ipsec_relay.control.v1.ExchangeSummary.$Properties): ipsec_relay.control.v1.ExchangeSummary;

                /**
                 * Encodes the specified ExchangeSummary message. Does not implicitly {@link ipsec_relay.control.v1.ExchangeSummary.verify|verify} messages.
                 * @param message ExchangeSummary message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.ExchangeSummary.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an ExchangeSummary message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.ExchangeSummary & ipsec_relay.control.v1.ExchangeSummary.$Shape} ExchangeSummary
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.ExchangeSummary & ipsec_relay.control.v1.ExchangeSummary.$Shape;
            }

            namespace ExchangeSummary {

                /** Properties of an ExchangeSummary. */
                interface $Properties {

                    /** ExchangeSummary connections */
                    connections?: (number|null);

                    /** ExchangeSummary halfOpen */
                    halfOpen?: (number|null);

                    /** ExchangeSummary seconds */
                    seconds?: (number|null);

                    /** ExchangeSummary up */
                    up?: (number|null);

                    /** ExchangeSummary draining */
                    draining?: (number|null);

                    /** ExchangeSummary troubles */
                    troubles?: (string[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an ExchangeSummary. */
                type $Shape = ipsec_relay.control.v1.ExchangeSummary.$Properties;
            }

            /**
             * Properties of a SpiFilter.
             * @deprecated Use ipsec_relay.control.v1.SpiFilter.$Properties instead.
             */
            interface ISpiFilter extends ipsec_relay.control.v1.SpiFilter.$Properties {
            }

            /** Represents a SpiFilter. */
            class SpiFilter {

                /**
                 * Constructs a new SpiFilter.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.SpiFilter.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** SpiFilter packets. */
                packets: number;

                /** SpiFilter bytes. */
                bytes: number;

                /**
                 * Creates a new SpiFilter instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns SpiFilter instance
                 */
                static create(properties: ipsec_relay.control.v1.SpiFilter.$Shape): ipsec_relay.control.v1.SpiFilter & ipsec_relay.control.v1.SpiFilter.$Shape;
                static create(properties?: ipsec_relay.control.v1.SpiFilter.$Properties): ipsec_relay.control.v1.SpiFilter;

                /**
                 * Encodes the specified SpiFilter message. Does not implicitly {@link ipsec_relay.control.v1.SpiFilter.verify|verify} messages.
                 * @param message SpiFilter message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.SpiFilter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a SpiFilter message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.SpiFilter & ipsec_relay.control.v1.SpiFilter.$Shape} SpiFilter
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.SpiFilter & ipsec_relay.control.v1.SpiFilter.$Shape;
            }

            namespace SpiFilter {

                /** Properties of a SpiFilter. */
                interface $Properties {

                    /** SpiFilter packets */
                    packets?: (number|null);

                    /** SpiFilter bytes */
                    bytes?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a SpiFilter. */
                type $Shape = ipsec_relay.control.v1.SpiFilter.$Properties;
            }

            /**
             * Properties of an OriginatedCounter.
             * @deprecated Use ipsec_relay.control.v1.OriginatedCounter.$Properties instead.
             */
            interface IOriginatedCounter extends ipsec_relay.control.v1.OriginatedCounter.$Properties {
            }

            /** Represents an OriginatedCounter. */
            class OriginatedCounter {

                /**
                 * Constructs a new OriginatedCounter.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.OriginatedCounter.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** OriginatedCounter name. */
                name: string;

                /** OriginatedCounter packets. */
                packets: number;

                /** OriginatedCounter bytes. */
                bytes: number;

                /**
                 * Creates a new OriginatedCounter instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns OriginatedCounter instance
                 */
                static create(properties: ipsec_relay.control.v1.OriginatedCounter.$Shape): ipsec_relay.control.v1.OriginatedCounter & ipsec_relay.control.v1.OriginatedCounter.$Shape;
                static create(properties?: ipsec_relay.control.v1.OriginatedCounter.$Properties): ipsec_relay.control.v1.OriginatedCounter;

                /**
                 * Encodes the specified OriginatedCounter message. Does not implicitly {@link ipsec_relay.control.v1.OriginatedCounter.verify|verify} messages.
                 * @param message OriginatedCounter message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.OriginatedCounter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an OriginatedCounter message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.OriginatedCounter & ipsec_relay.control.v1.OriginatedCounter.$Shape} OriginatedCounter
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.OriginatedCounter & ipsec_relay.control.v1.OriginatedCounter.$Shape;
            }

            namespace OriginatedCounter {

                /** Properties of an OriginatedCounter. */
                interface $Properties {

                    /** OriginatedCounter name */
                    name?: (string|null);

                    /** OriginatedCounter packets */
                    packets?: (number|null);

                    /** OriginatedCounter bytes */
                    bytes?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an OriginatedCounter. */
                type $Shape = ipsec_relay.control.v1.OriginatedCounter.$Properties;
            }

            /**
             * Properties of a Fragments.
             * @deprecated Use ipsec_relay.control.v1.Fragments.$Properties instead.
             */
            interface IFragments extends ipsec_relay.control.v1.Fragments.$Properties {
            }

            /** Represents a Fragments. */
            class Fragments {

                /**
                 * Constructs a new Fragments.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Fragments.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Fragments datagrams. */
                datagrams: number;

                /** Fragments bytes. */
                bytes: number;

                /** Fragments limit. */
                limit: number;

                /**
                 * Creates a new Fragments instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Fragments instance
                 */
                static create(properties: ipsec_relay.control.v1.Fragments.$Shape): ipsec_relay.control.v1.Fragments & ipsec_relay.control.v1.Fragments.$Shape;
                static create(properties?: ipsec_relay.control.v1.Fragments.$Properties): ipsec_relay.control.v1.Fragments;

                /**
                 * Encodes the specified Fragments message. Does not implicitly {@link ipsec_relay.control.v1.Fragments.verify|verify} messages.
                 * @param message Fragments message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Fragments.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Fragments message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Fragments & ipsec_relay.control.v1.Fragments.$Shape} Fragments
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Fragments & ipsec_relay.control.v1.Fragments.$Shape;
            }

            namespace Fragments {

                /** Properties of a Fragments. */
                interface $Properties {

                    /** Fragments datagrams */
                    datagrams?: (number|null);

                    /** Fragments bytes */
                    bytes?: (number|null);

                    /** Fragments limit */
                    limit?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Fragments. */
                type $Shape = ipsec_relay.control.v1.Fragments.$Properties;
            }

            /**
             * Properties of a VerdictCounter.
             * @deprecated Use ipsec_relay.control.v1.VerdictCounter.$Properties instead.
             */
            interface IVerdictCounter extends ipsec_relay.control.v1.VerdictCounter.$Properties {
            }

            /** Represents a VerdictCounter. */
            class VerdictCounter {

                /**
                 * Constructs a new VerdictCounter.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.VerdictCounter.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** VerdictCounter verdict. */
                verdict: string;

                /** VerdictCounter packets. */
                packets: number;

                /** VerdictCounter bytes. */
                bytes: number;

                /**
                 * Creates a new VerdictCounter instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns VerdictCounter instance
                 */
                static create(properties: ipsec_relay.control.v1.VerdictCounter.$Shape): ipsec_relay.control.v1.VerdictCounter & ipsec_relay.control.v1.VerdictCounter.$Shape;
                static create(properties?: ipsec_relay.control.v1.VerdictCounter.$Properties): ipsec_relay.control.v1.VerdictCounter;

                /**
                 * Encodes the specified VerdictCounter message. Does not implicitly {@link ipsec_relay.control.v1.VerdictCounter.verify|verify} messages.
                 * @param message VerdictCounter message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.VerdictCounter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a VerdictCounter message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.VerdictCounter & ipsec_relay.control.v1.VerdictCounter.$Shape} VerdictCounter
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.VerdictCounter & ipsec_relay.control.v1.VerdictCounter.$Shape;
            }

            namespace VerdictCounter {

                /** Properties of a VerdictCounter. */
                interface $Properties {

                    /** VerdictCounter verdict */
                    verdict?: (string|null);

                    /** VerdictCounter packets */
                    packets?: (number|null);

                    /** VerdictCounter bytes */
                    bytes?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a VerdictCounter. */
                type $Shape = ipsec_relay.control.v1.VerdictCounter.$Properties;
            }

            /** Protocol enum. */
            enum Protocol {

                /** ESP value */
                ESP = 0,

                /** AH value */
                AH = 1
            }

            /** Mode enum. */
            enum Mode {

                /** DEFAULT value */
                DEFAULT = 0,

                /** PRESERVE value */
                PRESERVE = 1,

                /** EDGE value */
                EDGE = 2,

                /** AWARE value */
                AWARE = 3
            }

            /**
             * Properties of a SaRequest.
             * @deprecated Use ipsec_relay.control.v1.SaRequest.$Properties instead.
             */
            interface ISaRequest extends ipsec_relay.control.v1.SaRequest.$Properties {
            }

            /** Represents a SaRequest. */
            class SaRequest {

                /**
                 * Constructs a new SaRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.SaRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** SaRequest name. */
                name: string;

                /** SaRequest protocol. */
                protocol: ipsec_relay.control.v1.Protocol;

                /** SaRequest dst. */
                dst: string;

                /** SaRequest spi. */
                spi: number;

                /** SaRequest spiAuto. */
                spiAuto: boolean;

                /** SaRequest src. */
                src: string;

                /** SaRequest to. */
                to: string;

                /** SaRequest toSrc. */
                toSrc: string;

                /** SaRequest toSpi. */
                toSpi: number;

                /** SaRequest toSpiChoice. */
                toSpiChoice: ipsec_relay.control.v1.SaRequest.SpiChoice;

                /** SaRequest mode. */
                mode: ipsec_relay.control.v1.Mode;

                /** SaRequest lifetime. */
                lifetime: number;

                /** SaRequest encap. */
                encap?: (ipsec_relay.control.v1.MatchEncapsulation.$Properties|null);

                /** SaRequest toEncap. */
                toEncap?: (ipsec_relay.control.v1.EmitEncapsulation.$Properties|null);

                /** SaRequest softLifetime. */
                softLifetime: number;

                /** SaRequest idle. */
                idle: number;

                /** SaRequest hairpin. */
                hairpin: boolean;

                /**
                 * Creates a new SaRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns SaRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.SaRequest.$Shape): ipsec_relay.control.v1.SaRequest & ipsec_relay.control.v1.SaRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.SaRequest.$Properties): ipsec_relay.control.v1.SaRequest;

                /**
                 * Encodes the specified SaRequest message. Does not implicitly {@link ipsec_relay.control.v1.SaRequest.verify|verify} messages.
                 * @param message SaRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.SaRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a SaRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.SaRequest & ipsec_relay.control.v1.SaRequest.$Shape} SaRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.SaRequest & ipsec_relay.control.v1.SaRequest.$Shape;
            }

            namespace SaRequest {

                /** Properties of a SaRequest. */
                interface $Properties {

                    /** SaRequest name */
                    name?: (string|null);

                    /** SaRequest protocol */
                    protocol?: (ipsec_relay.control.v1.Protocol|null);

                    /** SaRequest dst */
                    dst?: (string|null);

                    /** SaRequest spi */
                    spi?: (number|null);

                    /** SaRequest spiAuto */
                    spiAuto?: (boolean|null);

                    /** SaRequest src */
                    src?: (string|null);

                    /** SaRequest to */
                    to?: (string|null);

                    /** SaRequest toSrc */
                    toSrc?: (string|null);

                    /** SaRequest toSpi */
                    toSpi?: (number|null);

                    /** SaRequest toSpiChoice */
                    toSpiChoice?: (ipsec_relay.control.v1.SaRequest.SpiChoice|null);

                    /** SaRequest mode */
                    mode?: (ipsec_relay.control.v1.Mode|null);

                    /** SaRequest lifetime */
                    lifetime?: (number|null);

                    /** SaRequest encap */
                    encap?: (ipsec_relay.control.v1.MatchEncapsulation.$Properties|null);

                    /** SaRequest toEncap */
                    toEncap?: (ipsec_relay.control.v1.EmitEncapsulation.$Properties|null);

                    /** SaRequest softLifetime */
                    softLifetime?: (number|null);

                    /** SaRequest idle */
                    idle?: (number|null);

                    /** SaRequest hairpin */
                    hairpin?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a SaRequest. */
                type $Shape = ipsec_relay.control.v1.SaRequest.$Properties;

                /** SpiChoice enum. */
                enum SpiChoice {

                    /** SAME value */
                    SAME = 0,

                    /** AUTO value */
                    AUTO = 1,

                    /** VALUE value */
                    VALUE = 2
                }
            }

            /**
             * Properties of a MatchEncapsulation.
             * @deprecated Use ipsec_relay.control.v1.MatchEncapsulation.$Properties instead.
             */
            interface IMatchEncapsulation extends ipsec_relay.control.v1.MatchEncapsulation.$Properties {
            }

            /** Represents a MatchEncapsulation. */
            class MatchEncapsulation {

                /**
                 * Constructs a new MatchEncapsulation.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.MatchEncapsulation.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** MatchEncapsulation peerPort. */
                peerPort: number;

                /** MatchEncapsulation port. */
                port: number;

                /**
                 * Creates a new MatchEncapsulation instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns MatchEncapsulation instance
                 */
                static create(properties: ipsec_relay.control.v1.MatchEncapsulation.$Shape): ipsec_relay.control.v1.MatchEncapsulation & ipsec_relay.control.v1.MatchEncapsulation.$Shape;
                static create(properties?: ipsec_relay.control.v1.MatchEncapsulation.$Properties): ipsec_relay.control.v1.MatchEncapsulation;

                /**
                 * Encodes the specified MatchEncapsulation message. Does not implicitly {@link ipsec_relay.control.v1.MatchEncapsulation.verify|verify} messages.
                 * @param message MatchEncapsulation message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.MatchEncapsulation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a MatchEncapsulation message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.MatchEncapsulation & ipsec_relay.control.v1.MatchEncapsulation.$Shape} MatchEncapsulation
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.MatchEncapsulation & ipsec_relay.control.v1.MatchEncapsulation.$Shape;
            }

            namespace MatchEncapsulation {

                /** Properties of a MatchEncapsulation. */
                interface $Properties {

                    /** MatchEncapsulation peerPort */
                    peerPort?: (number|null);

                    /** MatchEncapsulation port */
                    port?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a MatchEncapsulation. */
                type $Shape = ipsec_relay.control.v1.MatchEncapsulation.$Properties;
            }

            /**
             * Properties of an EmitEncapsulation.
             * @deprecated Use ipsec_relay.control.v1.EmitEncapsulation.$Properties instead.
             */
            interface IEmitEncapsulation extends ipsec_relay.control.v1.EmitEncapsulation.$Properties {
            }

            /** Represents an EmitEncapsulation. */
            class EmitEncapsulation {

                /**
                 * Constructs a new EmitEncapsulation.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.EmitEncapsulation.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** EmitEncapsulation none. */
                none: boolean;

                /** EmitEncapsulation sourcePort. */
                sourcePort: number;

                /** EmitEncapsulation destinationPort. */
                destinationPort: number;

                /**
                 * Creates a new EmitEncapsulation instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns EmitEncapsulation instance
                 */
                static create(properties: ipsec_relay.control.v1.EmitEncapsulation.$Shape): ipsec_relay.control.v1.EmitEncapsulation & ipsec_relay.control.v1.EmitEncapsulation.$Shape;
                static create(properties?: ipsec_relay.control.v1.EmitEncapsulation.$Properties): ipsec_relay.control.v1.EmitEncapsulation;

                /**
                 * Encodes the specified EmitEncapsulation message. Does not implicitly {@link ipsec_relay.control.v1.EmitEncapsulation.verify|verify} messages.
                 * @param message EmitEncapsulation message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.EmitEncapsulation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an EmitEncapsulation message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.EmitEncapsulation & ipsec_relay.control.v1.EmitEncapsulation.$Shape} EmitEncapsulation
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.EmitEncapsulation & ipsec_relay.control.v1.EmitEncapsulation.$Shape;
            }

            namespace EmitEncapsulation {

                /** Properties of an EmitEncapsulation. */
                interface $Properties {

                    /** EmitEncapsulation none */
                    none?: (boolean|null);

                    /** EmitEncapsulation sourcePort */
                    sourcePort?: (number|null);

                    /** EmitEncapsulation destinationPort */
                    destinationPort?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an EmitEncapsulation. */
                type $Shape = ipsec_relay.control.v1.EmitEncapsulation.$Properties;
            }

            /**
             * Properties of an AddSasRequest.
             * @deprecated Use ipsec_relay.control.v1.AddSasRequest.$Properties instead.
             */
            interface IAddSasRequest extends ipsec_relay.control.v1.AddSasRequest.$Properties {
            }

            /** Represents an AddSasRequest. */
            class AddSasRequest {

                /**
                 * Constructs a new AddSasRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.AddSasRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** AddSasRequest sas. */
                sas: ipsec_relay.control.v1.SaRequest.$Properties[];

                /** AddSasRequest replace. */
                replace: boolean;

                /**
                 * Creates a new AddSasRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns AddSasRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.AddSasRequest.$Shape): ipsec_relay.control.v1.AddSasRequest & ipsec_relay.control.v1.AddSasRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.AddSasRequest.$Properties): ipsec_relay.control.v1.AddSasRequest;

                /**
                 * Encodes the specified AddSasRequest message. Does not implicitly {@link ipsec_relay.control.v1.AddSasRequest.verify|verify} messages.
                 * @param message AddSasRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.AddSasRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an AddSasRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.AddSasRequest & ipsec_relay.control.v1.AddSasRequest.$Shape} AddSasRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.AddSasRequest & ipsec_relay.control.v1.AddSasRequest.$Shape;
            }

            namespace AddSasRequest {

                /** Properties of an AddSasRequest. */
                interface $Properties {

                    /** AddSasRequest sas */
                    sas?: (ipsec_relay.control.v1.SaRequest.$Properties[]|null);

                    /** AddSasRequest replace */
                    replace?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an AddSasRequest. */
                type $Shape = ipsec_relay.control.v1.AddSasRequest.$Properties;
            }

            /**
             * Properties of an AddSasResult.
             * @deprecated Use ipsec_relay.control.v1.AddSasResult.$Properties instead.
             */
            interface IAddSasResult extends ipsec_relay.control.v1.AddSasResult.$Properties {
            }

            /** Represents an AddSasResult. */
            class AddSasResult {

                /**
                 * Constructs a new AddSasResult.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.AddSasResult.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** AddSasResult sas. */
                sas: ipsec_relay.control.v1.AddedSa.$Properties[];

                /**
                 * Creates a new AddSasResult instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns AddSasResult instance
                 */
                static create(properties: ipsec_relay.control.v1.AddSasResult.$Shape): ipsec_relay.control.v1.AddSasResult & ipsec_relay.control.v1.AddSasResult.$Shape;
                static create(properties?: ipsec_relay.control.v1.AddSasResult.$Properties): ipsec_relay.control.v1.AddSasResult;

                /**
                 * Encodes the specified AddSasResult message. Does not implicitly {@link ipsec_relay.control.v1.AddSasResult.verify|verify} messages.
                 * @param message AddSasResult message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.AddSasResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an AddSasResult message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.AddSasResult & ipsec_relay.control.v1.AddSasResult.$Shape} AddSasResult
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.AddSasResult & ipsec_relay.control.v1.AddSasResult.$Shape;
            }

            namespace AddSasResult {

                /** Properties of an AddSasResult. */
                interface $Properties {

                    /** AddSasResult sas */
                    sas?: (ipsec_relay.control.v1.AddedSa.$Properties[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an AddSasResult. */
                type $Shape = ipsec_relay.control.v1.AddSasResult.$Properties;
            }

            /**
             * Properties of an AddedSa.
             * @deprecated Use ipsec_relay.control.v1.AddedSa.$Properties instead.
             */
            interface IAddedSa extends ipsec_relay.control.v1.AddedSa.$Properties {
            }

            /** Represents an AddedSa. */
            class AddedSa {

                /**
                 * Constructs a new AddedSa.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.AddedSa.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** AddedSa id. */
                id: number;

                /** AddedSa spi. */
                spi: number;

                /** AddedSa toSpi. */
                toSpi: number;

                /** AddedSa existed. */
                existed: boolean;

                /** AddedSa replaced. */
                replaced: boolean;

                /**
                 * Creates a new AddedSa instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns AddedSa instance
                 */
                static create(properties: ipsec_relay.control.v1.AddedSa.$Shape): ipsec_relay.control.v1.AddedSa & ipsec_relay.control.v1.AddedSa.$Shape;
                static create(properties?: ipsec_relay.control.v1.AddedSa.$Properties): ipsec_relay.control.v1.AddedSa;

                /**
                 * Encodes the specified AddedSa message. Does not implicitly {@link ipsec_relay.control.v1.AddedSa.verify|verify} messages.
                 * @param message AddedSa message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.AddedSa.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an AddedSa message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.AddedSa & ipsec_relay.control.v1.AddedSa.$Shape} AddedSa
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.AddedSa & ipsec_relay.control.v1.AddedSa.$Shape;
            }

            namespace AddedSa {

                /** Properties of an AddedSa. */
                interface $Properties {

                    /** AddedSa id */
                    id?: (number|null);

                    /** AddedSa spi */
                    spi?: (number|null);

                    /** AddedSa toSpi */
                    toSpi?: (number|null);

                    /** AddedSa existed */
                    existed?: (boolean|null);

                    /** AddedSa replaced */
                    replaced?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an AddedSa. */
                type $Shape = ipsec_relay.control.v1.AddedSa.$Properties;
            }

            /**
             * Properties of a ListSasRequest.
             * @deprecated Use ipsec_relay.control.v1.ListSasRequest.$Properties instead.
             */
            interface IListSasRequest extends ipsec_relay.control.v1.ListSasRequest.$Properties {
            }

            /** Represents a ListSasRequest. */
            class ListSasRequest {

                /**
                 * Constructs a new ListSasRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.ListSasRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ListSasRequest id. */
                id: number;

                /** ListSasRequest after. */
                after: number;

                /** ListSasRequest limit. */
                limit: number;

                /**
                 * Creates a new ListSasRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns ListSasRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.ListSasRequest.$Shape): ipsec_relay.control.v1.ListSasRequest & ipsec_relay.control.v1.ListSasRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.ListSasRequest.$Properties): ipsec_relay.control.v1.ListSasRequest;

                /**
                 * Encodes the specified ListSasRequest message. Does not implicitly {@link ipsec_relay.control.v1.ListSasRequest.verify|verify} messages.
                 * @param message ListSasRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.ListSasRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ListSasRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.ListSasRequest & ipsec_relay.control.v1.ListSasRequest.$Shape} ListSasRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.ListSasRequest & ipsec_relay.control.v1.ListSasRequest.$Shape;
            }

            namespace ListSasRequest {

                /** Properties of a ListSasRequest. */
                interface $Properties {

                    /** ListSasRequest id */
                    id?: (number|null);

                    /** ListSasRequest after */
                    after?: (number|null);

                    /** ListSasRequest limit */
                    limit?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ListSasRequest. */
                type $Shape = ipsec_relay.control.v1.ListSasRequest.$Properties;
            }

            /**
             * Properties of a SaList.
             * @deprecated Use ipsec_relay.control.v1.SaList.$Properties instead.
             */
            interface ISaList extends ipsec_relay.control.v1.SaList.$Properties {
            }

            /** Represents a SaList. */
            class SaList {

                /**
                 * Constructs a new SaList.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.SaList.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** SaList sas. */
                sas: ipsec_relay.control.v1.Sa.$Properties[];

                /** SaList more. */
                more: boolean;

                /**
                 * Creates a new SaList instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns SaList instance
                 */
                static create(properties: ipsec_relay.control.v1.SaList.$Shape): ipsec_relay.control.v1.SaList & ipsec_relay.control.v1.SaList.$Shape;
                static create(properties?: ipsec_relay.control.v1.SaList.$Properties): ipsec_relay.control.v1.SaList;

                /**
                 * Encodes the specified SaList message. Does not implicitly {@link ipsec_relay.control.v1.SaList.verify|verify} messages.
                 * @param message SaList message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.SaList.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a SaList message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.SaList & ipsec_relay.control.v1.SaList.$Shape} SaList
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.SaList & ipsec_relay.control.v1.SaList.$Shape;
            }

            namespace SaList {

                /** Properties of a SaList. */
                interface $Properties {

                    /** SaList sas */
                    sas?: (ipsec_relay.control.v1.Sa.$Properties[]|null);

                    /** SaList more */
                    more?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a SaList. */
                type $Shape = ipsec_relay.control.v1.SaList.$Properties;
            }

            /**
             * Properties of a Sa.
             * @deprecated Use ipsec_relay.control.v1.Sa.$Properties instead.
             */
            interface ISa extends ipsec_relay.control.v1.Sa.$Properties {
            }

            /** Represents a Sa. */
            class Sa {

                /**
                 * Constructs a new Sa.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Sa.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Sa id. */
                id: number;

                /** Sa name. */
                name: string;

                /** Sa protocol. */
                protocol: ipsec_relay.control.v1.Protocol;

                /** Sa dst. */
                dst: string;

                /** Sa spi. */
                spi: number;

                /** Sa src. */
                src: string;

                /** Sa to. */
                to: string;

                /** Sa toSrc. */
                toSrc: string;

                /** Sa toSpi. */
                toSpi: number;

                /** Sa mode. */
                mode: ipsec_relay.control.v1.Mode;

                /** Sa encap. */
                encap?: (ipsec_relay.control.v1.MatchEncapsulation.$Properties|null);

                /** Sa toEncap. */
                toEncap?: (ipsec_relay.control.v1.EmitEncapsulation.$Properties|null);

                /** Sa origin. */
                origin: ipsec_relay.control.v1.Sa.Origin;

                /** Sa addedMs. */
                addedMs: number;

                /** Sa expiresMs. */
                expiresMs: number;

                /** Sa packets. */
                packets: number;

                /** Sa bytes. */
                bytes: number;

                /** Sa lastPacketMs. */
                lastPacketMs: number;

                /** Sa lifetime. */
                lifetime: number;

                /** Sa softLifetime. */
                softLifetime: number;

                /** Sa idle. */
                idle: number;

                /** Sa softExpiresMs. */
                softExpiresMs: number;

                /** Sa idleSinceMs. */
                idleSinceMs: number;

                /** Sa hairpin. */
                hairpin: boolean;

                /** Sa connection. */
                connection: number;

                /** Sa connectionName. */
                connectionName: string;

                /**
                 * Creates a new Sa instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Sa instance
                 */
                static create(properties: ipsec_relay.control.v1.Sa.$Shape): ipsec_relay.control.v1.Sa & ipsec_relay.control.v1.Sa.$Shape;
                static create(properties?: ipsec_relay.control.v1.Sa.$Properties): ipsec_relay.control.v1.Sa;

                /**
                 * Encodes the specified Sa message. Does not implicitly {@link ipsec_relay.control.v1.Sa.verify|verify} messages.
                 * @param message Sa message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Sa.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Sa message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Sa & ipsec_relay.control.v1.Sa.$Shape} Sa
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Sa & ipsec_relay.control.v1.Sa.$Shape;
            }

            namespace Sa {

                /** Properties of a Sa. */
                interface $Properties {

                    /** Sa id */
                    id?: (number|null);

                    /** Sa name */
                    name?: (string|null);

                    /** Sa protocol */
                    protocol?: (ipsec_relay.control.v1.Protocol|null);

                    /** Sa dst */
                    dst?: (string|null);

                    /** Sa spi */
                    spi?: (number|null);

                    /** Sa src */
                    src?: (string|null);

                    /** Sa to */
                    to?: (string|null);

                    /** Sa toSrc */
                    toSrc?: (string|null);

                    /** Sa toSpi */
                    toSpi?: (number|null);

                    /** Sa mode */
                    mode?: (ipsec_relay.control.v1.Mode|null);

                    /** Sa encap */
                    encap?: (ipsec_relay.control.v1.MatchEncapsulation.$Properties|null);

                    /** Sa toEncap */
                    toEncap?: (ipsec_relay.control.v1.EmitEncapsulation.$Properties|null);

                    /** Sa origin */
                    origin?: (ipsec_relay.control.v1.Sa.Origin|null);

                    /** Sa addedMs */
                    addedMs?: (number|null);

                    /** Sa expiresMs */
                    expiresMs?: (number|null);

                    /** Sa packets */
                    packets?: (number|null);

                    /** Sa bytes */
                    bytes?: (number|null);

                    /** Sa lastPacketMs */
                    lastPacketMs?: (number|null);

                    /** Sa lifetime */
                    lifetime?: (number|null);

                    /** Sa softLifetime */
                    softLifetime?: (number|null);

                    /** Sa idle */
                    idle?: (number|null);

                    /** Sa softExpiresMs */
                    softExpiresMs?: (number|null);

                    /** Sa idleSinceMs */
                    idleSinceMs?: (number|null);

                    /** Sa hairpin */
                    hairpin?: (boolean|null);

                    /** Sa connection */
                    connection?: (number|null);

                    /** Sa connectionName */
                    connectionName?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Sa. */
                type $Shape = ipsec_relay.control.v1.Sa.$Properties;

                /** Origin enum. */
                enum Origin {

                    /** RUNTIME value */
                    RUNTIME = 0,

                    /** CONFIG value */
                    CONFIG = 1,

                    /** LEARNED value */
                    LEARNED = 2
                }
            }

            /**
             * Properties of a DeleteSasRequest.
             * @deprecated Use ipsec_relay.control.v1.DeleteSasRequest.$Properties instead.
             */
            interface IDeleteSasRequest extends ipsec_relay.control.v1.DeleteSasRequest.$Properties {
            }

            /** Represents a DeleteSasRequest. */
            class DeleteSasRequest {

                /**
                 * Constructs a new DeleteSasRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.DeleteSasRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** DeleteSasRequest id. */
                id: number;

                /** DeleteSasRequest name. */
                name: string;

                /**
                 * Creates a new DeleteSasRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns DeleteSasRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.DeleteSasRequest.$Shape): ipsec_relay.control.v1.DeleteSasRequest & ipsec_relay.control.v1.DeleteSasRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.DeleteSasRequest.$Properties): ipsec_relay.control.v1.DeleteSasRequest;

                /**
                 * Encodes the specified DeleteSasRequest message. Does not implicitly {@link ipsec_relay.control.v1.DeleteSasRequest.verify|verify} messages.
                 * @param message DeleteSasRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.DeleteSasRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a DeleteSasRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.DeleteSasRequest & ipsec_relay.control.v1.DeleteSasRequest.$Shape} DeleteSasRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.DeleteSasRequest & ipsec_relay.control.v1.DeleteSasRequest.$Shape;
            }

            namespace DeleteSasRequest {

                /** Properties of a DeleteSasRequest. */
                interface $Properties {

                    /** DeleteSasRequest id */
                    id?: (number|null);

                    /** DeleteSasRequest name */
                    name?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a DeleteSasRequest. */
                type $Shape = ipsec_relay.control.v1.DeleteSasRequest.$Properties;
            }

            /**
             * Properties of a FlushSasRequest.
             * @deprecated Use ipsec_relay.control.v1.FlushSasRequest.$Properties instead.
             */
            interface IFlushSasRequest extends ipsec_relay.control.v1.FlushSasRequest.$Properties {
            }

            /** Represents a FlushSasRequest. */
            class FlushSasRequest {

                /**
                 * Constructs a new FlushSasRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.FlushSasRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /**
                 * Creates a new FlushSasRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns FlushSasRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.FlushSasRequest.$Shape): ipsec_relay.control.v1.FlushSasRequest & ipsec_relay.control.v1.FlushSasRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.FlushSasRequest.$Properties): ipsec_relay.control.v1.FlushSasRequest;

                /**
                 * Encodes the specified FlushSasRequest message. Does not implicitly {@link ipsec_relay.control.v1.FlushSasRequest.verify|verify} messages.
                 * @param message FlushSasRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.FlushSasRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a FlushSasRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.FlushSasRequest & ipsec_relay.control.v1.FlushSasRequest.$Shape} FlushSasRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.FlushSasRequest & ipsec_relay.control.v1.FlushSasRequest.$Shape;
            }

            namespace FlushSasRequest {

                /** Properties of a FlushSasRequest. */
                interface $Properties {

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a FlushSasRequest. */
                type $Shape = ipsec_relay.control.v1.FlushSasRequest.$Properties;
            }

            /**
             * Properties of a DeletedSas.
             * @deprecated Use ipsec_relay.control.v1.DeletedSas.$Properties instead.
             */
            interface IDeletedSas extends ipsec_relay.control.v1.DeletedSas.$Properties {
            }

            /** Represents a DeletedSas. */
            class DeletedSas {

                /**
                 * Constructs a new DeletedSas.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.DeletedSas.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** DeletedSas count. */
                count: number;

                /**
                 * Creates a new DeletedSas instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns DeletedSas instance
                 */
                static create(properties: ipsec_relay.control.v1.DeletedSas.$Shape): ipsec_relay.control.v1.DeletedSas & ipsec_relay.control.v1.DeletedSas.$Shape;
                static create(properties?: ipsec_relay.control.v1.DeletedSas.$Properties): ipsec_relay.control.v1.DeletedSas;

                /**
                 * Encodes the specified DeletedSas message. Does not implicitly {@link ipsec_relay.control.v1.DeletedSas.verify|verify} messages.
                 * @param message DeletedSas message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.DeletedSas.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a DeletedSas message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.DeletedSas & ipsec_relay.control.v1.DeletedSas.$Shape} DeletedSas
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.DeletedSas & ipsec_relay.control.v1.DeletedSas.$Shape;
            }

            namespace DeletedSas {

                /** Properties of a DeletedSas. */
                interface $Properties {

                    /** DeletedSas count */
                    count?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a DeletedSas. */
                type $Shape = ipsec_relay.control.v1.DeletedSas.$Properties;
            }

            /**
             * Properties of a Connection.
             * @deprecated Use ipsec_relay.control.v1.Connection.$Properties instead.
             */
            interface IConnection extends ipsec_relay.control.v1.Connection.$Properties {
            }

            /** Represents a Connection. */
            class Connection {

                /**
                 * Constructs a new Connection.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Connection.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Connection id. */
                id: number;

                /** Connection name. */
                name: string;

                /** Connection state. */
                state: string;

                /** Connection service. */
                service: string;

                /** Connection second. */
                second: string;

                /** Connection ike. */
                ike: ipsec_relay.control.v1.IkeSa.$Properties[];

                /** Connection firstLeg. */
                firstLeg?: (ipsec_relay.control.v1.Leg.$Properties|null);

                /** Connection secondLeg. */
                secondLeg?: (ipsec_relay.control.v1.Leg.$Properties|null);

                /** Connection sas. */
                sas: number[];

                /** Connection startedMs. */
                startedMs: number;

                /** Connection lastPacketMs. */
                lastPacketMs: number;

                /** Connection moves. */
                moves: number;

                /** Connection packets. */
                packets: number;

                /** Connection bytes. */
                bytes: number;

                /** Connection up. */
                up?: (ipsec_relay.control.v1.Traffic.$Properties|null);

                /** Connection down. */
                down?: (ipsec_relay.control.v1.Traffic.$Properties|null);

                /** Connection movedMs. */
                movedMs: number;

                /** Connection trouble. */
                trouble: string;

                /**
                 * Creates a new Connection instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Connection instance
                 */
                static create(properties: ipsec_relay.control.v1.Connection.$Shape): ipsec_relay.control.v1.Connection & ipsec_relay.control.v1.Connection.$Shape;
                static create(properties?: ipsec_relay.control.v1.Connection.$Properties): ipsec_relay.control.v1.Connection;

                /**
                 * Encodes the specified Connection message. Does not implicitly {@link ipsec_relay.control.v1.Connection.verify|verify} messages.
                 * @param message Connection message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Connection.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Connection message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Connection & ipsec_relay.control.v1.Connection.$Shape} Connection
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Connection & ipsec_relay.control.v1.Connection.$Shape;
            }

            namespace Connection {

                /** Properties of a Connection. */
                interface $Properties {

                    /** Connection id */
                    id?: (number|null);

                    /** Connection name */
                    name?: (string|null);

                    /** Connection state */
                    state?: (string|null);

                    /** Connection service */
                    service?: (string|null);

                    /** Connection second */
                    second?: (string|null);

                    /** Connection ike */
                    ike?: (ipsec_relay.control.v1.IkeSa.$Properties[]|null);

                    /** Connection firstLeg */
                    firstLeg?: (ipsec_relay.control.v1.Leg.$Properties|null);

                    /** Connection secondLeg */
                    secondLeg?: (ipsec_relay.control.v1.Leg.$Properties|null);

                    /** Connection sas */
                    sas?: (number[]|null);

                    /** Connection startedMs */
                    startedMs?: (number|null);

                    /** Connection lastPacketMs */
                    lastPacketMs?: (number|null);

                    /** Connection moves */
                    moves?: (number|null);

                    /** Connection packets */
                    packets?: (number|null);

                    /** Connection bytes */
                    bytes?: (number|null);

                    /** Connection up */
                    up?: (ipsec_relay.control.v1.Traffic.$Properties|null);

                    /** Connection down */
                    down?: (ipsec_relay.control.v1.Traffic.$Properties|null);

                    /** Connection movedMs */
                    movedMs?: (number|null);

                    /** Connection trouble */
                    trouble?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Connection. */
                type $Shape = ipsec_relay.control.v1.Connection.$Properties;
            }

            /**
             * Properties of a Traffic.
             * @deprecated Use ipsec_relay.control.v1.Traffic.$Properties instead.
             */
            interface ITraffic extends ipsec_relay.control.v1.Traffic.$Properties {
            }

            /** Represents a Traffic. */
            class Traffic {

                /**
                 * Constructs a new Traffic.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Traffic.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Traffic packets. */
                packets: number;

                /** Traffic bytes. */
                bytes: number;

                /**
                 * Creates a new Traffic instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Traffic instance
                 */
                static create(properties: ipsec_relay.control.v1.Traffic.$Shape): ipsec_relay.control.v1.Traffic & ipsec_relay.control.v1.Traffic.$Shape;
                static create(properties?: ipsec_relay.control.v1.Traffic.$Properties): ipsec_relay.control.v1.Traffic;

                /**
                 * Encodes the specified Traffic message. Does not implicitly {@link ipsec_relay.control.v1.Traffic.verify|verify} messages.
                 * @param message Traffic message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Traffic.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Traffic message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Traffic & ipsec_relay.control.v1.Traffic.$Shape} Traffic
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Traffic & ipsec_relay.control.v1.Traffic.$Shape;
            }

            namespace Traffic {

                /** Properties of a Traffic. */
                interface $Properties {

                    /** Traffic packets */
                    packets?: (number|null);

                    /** Traffic bytes */
                    bytes?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Traffic. */
                type $Shape = ipsec_relay.control.v1.Traffic.$Properties;
            }

            /**
             * Properties of an IkeSa.
             * @deprecated Use ipsec_relay.control.v1.IkeSa.$Properties instead.
             */
            interface IIkeSa extends ipsec_relay.control.v1.IkeSa.$Properties {
            }

            /** Represents an IkeSa. */
            class IkeSa {

                /**
                 * Constructs a new IkeSa.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.IkeSa.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** IkeSa version. */
                version: number;

                /** IkeSa initiatorSpi. */
                initiatorSpi: string;

                /** IkeSa responderSpi. */
                responderSpi: string;

                /**
                 * Creates a new IkeSa instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns IkeSa instance
                 */
                static create(properties: ipsec_relay.control.v1.IkeSa.$Shape): ipsec_relay.control.v1.IkeSa & ipsec_relay.control.v1.IkeSa.$Shape;
                static create(properties?: ipsec_relay.control.v1.IkeSa.$Properties): ipsec_relay.control.v1.IkeSa;

                /**
                 * Encodes the specified IkeSa message. Does not implicitly {@link ipsec_relay.control.v1.IkeSa.verify|verify} messages.
                 * @param message IkeSa message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.IkeSa.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an IkeSa message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.IkeSa & ipsec_relay.control.v1.IkeSa.$Shape} IkeSa
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.IkeSa & ipsec_relay.control.v1.IkeSa.$Shape;
            }

            namespace IkeSa {

                /** Properties of an IkeSa. */
                interface $Properties {

                    /** IkeSa version */
                    version?: (number|null);

                    /** IkeSa initiatorSpi */
                    initiatorSpi?: (string|null);

                    /** IkeSa responderSpi */
                    responderSpi?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an IkeSa. */
                type $Shape = ipsec_relay.control.v1.IkeSa.$Properties;
            }

            /**
             * Properties of a Leg.
             * @deprecated Use ipsec_relay.control.v1.Leg.$Properties instead.
             */
            interface ILeg extends ipsec_relay.control.v1.Leg.$Properties {
            }

            /** Represents a Leg. */
            class Leg {

                /**
                 * Constructs a new Leg.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Leg.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Leg family. */
                family: number;

                /** Leg encapsulation. */
                encapsulation: string;

                /** Leg relayAddress. */
                relayAddress: string;

                /** Leg relayPort. */
                relayPort: number;

                /** Leg peerAddress. */
                peerAddress: string;

                /** Leg peerPort. */
                peerPort: number;

                /** Leg mtu. */
                mtu: number;

                /** Leg generation. */
                generation: number;

                /**
                 * Creates a new Leg instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Leg instance
                 */
                static create(properties: ipsec_relay.control.v1.Leg.$Shape): ipsec_relay.control.v1.Leg & ipsec_relay.control.v1.Leg.$Shape;
                static create(properties?: ipsec_relay.control.v1.Leg.$Properties): ipsec_relay.control.v1.Leg;

                /**
                 * Encodes the specified Leg message. Does not implicitly {@link ipsec_relay.control.v1.Leg.verify|verify} messages.
                 * @param message Leg message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Leg.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Leg message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Leg & ipsec_relay.control.v1.Leg.$Shape} Leg
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Leg & ipsec_relay.control.v1.Leg.$Shape;
            }

            namespace Leg {

                /** Properties of a Leg. */
                interface $Properties {

                    /** Leg family */
                    family?: (number|null);

                    /** Leg encapsulation */
                    encapsulation?: (string|null);

                    /** Leg relayAddress */
                    relayAddress?: (string|null);

                    /** Leg relayPort */
                    relayPort?: (number|null);

                    /** Leg peerAddress */
                    peerAddress?: (string|null);

                    /** Leg peerPort */
                    peerPort?: (number|null);

                    /** Leg mtu */
                    mtu?: (number|null);

                    /** Leg generation */
                    generation?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Leg. */
                type $Shape = ipsec_relay.control.v1.Leg.$Properties;
            }

            /**
             * Properties of a ListConnectionsRequest.
             * @deprecated Use ipsec_relay.control.v1.ListConnectionsRequest.$Properties instead.
             */
            interface IListConnectionsRequest extends ipsec_relay.control.v1.ListConnectionsRequest.$Properties {
            }

            /** Represents a ListConnectionsRequest. */
            class ListConnectionsRequest {

                /**
                 * Constructs a new ListConnectionsRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.ListConnectionsRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ListConnectionsRequest id. */
                id: number;

                /** ListConnectionsRequest after. */
                after: number;

                /** ListConnectionsRequest limit. */
                limit: number;

                /** ListConnectionsRequest state. */
                state: string;

                /** ListConnectionsRequest service. */
                service: string;

                /** ListConnectionsRequest second. */
                second: string;

                /**
                 * Creates a new ListConnectionsRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns ListConnectionsRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.ListConnectionsRequest.$Shape): ipsec_relay.control.v1.ListConnectionsRequest & ipsec_relay.control.v1.ListConnectionsRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.ListConnectionsRequest.$Properties): ipsec_relay.control.v1.ListConnectionsRequest;

                /**
                 * Encodes the specified ListConnectionsRequest message. Does not implicitly {@link ipsec_relay.control.v1.ListConnectionsRequest.verify|verify} messages.
                 * @param message ListConnectionsRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.ListConnectionsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ListConnectionsRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.ListConnectionsRequest & ipsec_relay.control.v1.ListConnectionsRequest.$Shape} ListConnectionsRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.ListConnectionsRequest & ipsec_relay.control.v1.ListConnectionsRequest.$Shape;
            }

            namespace ListConnectionsRequest {

                /** Properties of a ListConnectionsRequest. */
                interface $Properties {

                    /** ListConnectionsRequest id */
                    id?: (number|null);

                    /** ListConnectionsRequest after */
                    after?: (number|null);

                    /** ListConnectionsRequest limit */
                    limit?: (number|null);

                    /** ListConnectionsRequest state */
                    state?: (string|null);

                    /** ListConnectionsRequest service */
                    service?: (string|null);

                    /** ListConnectionsRequest second */
                    second?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ListConnectionsRequest. */
                type $Shape = ipsec_relay.control.v1.ListConnectionsRequest.$Properties;
            }

            /**
             * Properties of a ConnectionList.
             * @deprecated Use ipsec_relay.control.v1.ConnectionList.$Properties instead.
             */
            interface IConnectionList extends ipsec_relay.control.v1.ConnectionList.$Properties {
            }

            /** Represents a ConnectionList. */
            class ConnectionList {

                /**
                 * Constructs a new ConnectionList.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.ConnectionList.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ConnectionList connections. */
                connections: ipsec_relay.control.v1.Connection.$Properties[];

                /** ConnectionList more. */
                more: boolean;

                /** ConnectionList last. */
                last: number;

                /**
                 * Creates a new ConnectionList instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns ConnectionList instance
                 */
                static create(properties: ipsec_relay.control.v1.ConnectionList.$Shape): ipsec_relay.control.v1.ConnectionList & ipsec_relay.control.v1.ConnectionList.$Shape;
                static create(properties?: ipsec_relay.control.v1.ConnectionList.$Properties): ipsec_relay.control.v1.ConnectionList;

                /**
                 * Encodes the specified ConnectionList message. Does not implicitly {@link ipsec_relay.control.v1.ConnectionList.verify|verify} messages.
                 * @param message ConnectionList message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.ConnectionList.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ConnectionList message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.ConnectionList & ipsec_relay.control.v1.ConnectionList.$Shape} ConnectionList
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.ConnectionList & ipsec_relay.control.v1.ConnectionList.$Shape;
            }

            namespace ConnectionList {

                /** Properties of a ConnectionList. */
                interface $Properties {

                    /** ConnectionList connections */
                    connections?: (ipsec_relay.control.v1.Connection.$Properties[]|null);

                    /** ConnectionList more */
                    more?: (boolean|null);

                    /** ConnectionList last */
                    last?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ConnectionList. */
                type $Shape = ipsec_relay.control.v1.ConnectionList.$Properties;
            }

            /**
             * Properties of a Second.
             * @deprecated Use ipsec_relay.control.v1.Second.$Properties instead.
             */
            interface ISecond extends ipsec_relay.control.v1.Second.$Properties {
            }

            /** Represents a Second. */
            class Second {

                /**
                 * Constructs a new Second.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Second.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Second name. */
                name: string;

                /** Second addresses. */
                addresses: string[];

                /** Second weight. */
                weight: number;

                /** Second state. */
                state: string;

                /** Second connections. */
                connections: number;

                /** Second halfOpen. */
                halfOpen: number;

                /** Second unanswered. */
                unanswered: number;

                /** Second lastAnswerMs. */
                lastAnswerMs: number;

                /** Second trouble. */
                trouble: string;

                /**
                 * Creates a new Second instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Second instance
                 */
                static create(properties: ipsec_relay.control.v1.Second.$Shape): ipsec_relay.control.v1.Second & ipsec_relay.control.v1.Second.$Shape;
                static create(properties?: ipsec_relay.control.v1.Second.$Properties): ipsec_relay.control.v1.Second;

                /**
                 * Encodes the specified Second message. Does not implicitly {@link ipsec_relay.control.v1.Second.verify|verify} messages.
                 * @param message Second message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Second.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Second message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Second & ipsec_relay.control.v1.Second.$Shape} Second
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Second & ipsec_relay.control.v1.Second.$Shape;
            }

            namespace Second {

                /** Properties of a Second. */
                interface $Properties {

                    /** Second name */
                    name?: (string|null);

                    /** Second addresses */
                    addresses?: (string[]|null);

                    /** Second weight */
                    weight?: (number|null);

                    /** Second state */
                    state?: (string|null);

                    /** Second connections */
                    connections?: (number|null);

                    /** Second halfOpen */
                    halfOpen?: (number|null);

                    /** Second unanswered */
                    unanswered?: (number|null);

                    /** Second lastAnswerMs */
                    lastAnswerMs?: (number|null);

                    /** Second trouble */
                    trouble?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Second. */
                type $Shape = ipsec_relay.control.v1.Second.$Properties;
            }

            /**
             * Properties of a ListSecondsRequest.
             * @deprecated Use ipsec_relay.control.v1.ListSecondsRequest.$Properties instead.
             */
            interface IListSecondsRequest extends ipsec_relay.control.v1.ListSecondsRequest.$Properties {
            }

            /** Represents a ListSecondsRequest. */
            class ListSecondsRequest {

                /**
                 * Constructs a new ListSecondsRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.ListSecondsRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /**
                 * Creates a new ListSecondsRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns ListSecondsRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.ListSecondsRequest.$Shape): ipsec_relay.control.v1.ListSecondsRequest & ipsec_relay.control.v1.ListSecondsRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.ListSecondsRequest.$Properties): ipsec_relay.control.v1.ListSecondsRequest;

                /**
                 * Encodes the specified ListSecondsRequest message. Does not implicitly {@link ipsec_relay.control.v1.ListSecondsRequest.verify|verify} messages.
                 * @param message ListSecondsRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.ListSecondsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ListSecondsRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.ListSecondsRequest & ipsec_relay.control.v1.ListSecondsRequest.$Shape} ListSecondsRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.ListSecondsRequest & ipsec_relay.control.v1.ListSecondsRequest.$Shape;
            }

            namespace ListSecondsRequest {

                /** Properties of a ListSecondsRequest. */
                interface $Properties {

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ListSecondsRequest. */
                type $Shape = ipsec_relay.control.v1.ListSecondsRequest.$Properties;
            }

            /**
             * Properties of a SecondList.
             * @deprecated Use ipsec_relay.control.v1.SecondList.$Properties instead.
             */
            interface ISecondList extends ipsec_relay.control.v1.SecondList.$Properties {
            }

            /** Represents a SecondList. */
            class SecondList {

                /**
                 * Constructs a new SecondList.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.SecondList.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** SecondList seconds. */
                seconds: ipsec_relay.control.v1.Second.$Properties[];

                /**
                 * Creates a new SecondList instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns SecondList instance
                 */
                static create(properties: ipsec_relay.control.v1.SecondList.$Shape): ipsec_relay.control.v1.SecondList & ipsec_relay.control.v1.SecondList.$Shape;
                static create(properties?: ipsec_relay.control.v1.SecondList.$Properties): ipsec_relay.control.v1.SecondList;

                /**
                 * Encodes the specified SecondList message. Does not implicitly {@link ipsec_relay.control.v1.SecondList.verify|verify} messages.
                 * @param message SecondList message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.SecondList.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a SecondList message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.SecondList & ipsec_relay.control.v1.SecondList.$Shape} SecondList
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.SecondList & ipsec_relay.control.v1.SecondList.$Shape;
            }

            namespace SecondList {

                /** Properties of a SecondList. */
                interface $Properties {

                    /** SecondList seconds */
                    seconds?: (ipsec_relay.control.v1.Second.$Properties[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a SecondList. */
                type $Shape = ipsec_relay.control.v1.SecondList.$Properties;
            }

            /**
             * Properties of a SetSecondRequest.
             * @deprecated Use ipsec_relay.control.v1.SetSecondRequest.$Properties instead.
             */
            interface ISetSecondRequest extends ipsec_relay.control.v1.SetSecondRequest.$Properties {
            }

            /** Represents a SetSecondRequest. */
            class SetSecondRequest {

                /**
                 * Constructs a new SetSecondRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.SetSecondRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** SetSecondRequest name. */
                name: string;

                /** SetSecondRequest addresses. */
                addresses: string[];

                /** SetSecondRequest weight. */
                weight?: (number|null);

                /** SetSecondRequest draining. */
                draining?: (boolean|null);

                /**
                 * Creates a new SetSecondRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns SetSecondRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.SetSecondRequest.$Shape): ipsec_relay.control.v1.SetSecondRequest & ipsec_relay.control.v1.SetSecondRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.SetSecondRequest.$Properties): ipsec_relay.control.v1.SetSecondRequest;

                /**
                 * Encodes the specified SetSecondRequest message. Does not implicitly {@link ipsec_relay.control.v1.SetSecondRequest.verify|verify} messages.
                 * @param message SetSecondRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.SetSecondRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a SetSecondRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.SetSecondRequest & ipsec_relay.control.v1.SetSecondRequest.$Shape} SetSecondRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.SetSecondRequest & ipsec_relay.control.v1.SetSecondRequest.$Shape;
            }

            namespace SetSecondRequest {

                /** Properties of a SetSecondRequest. */
                interface $Properties {

                    /** SetSecondRequest name */
                    name?: (string|null);

                    /** SetSecondRequest addresses */
                    addresses?: (string[]|null);

                    /** SetSecondRequest weight */
                    weight?: (number|null);

                    /** SetSecondRequest draining */
                    draining?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a SetSecondRequest. */
                type $Shape = ipsec_relay.control.v1.SetSecondRequest.$Properties;
            }

            /**
             * Properties of a Service.
             * @deprecated Use ipsec_relay.control.v1.Service.$Properties instead.
             */
            interface IService extends ipsec_relay.control.v1.Service.$Properties {
            }

            /** Represents a Service. */
            class Service {

                /**
                 * Constructs a new Service.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Service.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Service name. */
                name: string;

                /** Service addresses. */
                addresses: string[];

                /** Service from. */
                from: string[];

                /** Service seconds. */
                seconds: string[];

                /** Service balance. */
                balance: string;

                /** Service connections. */
                connections: number;

                /**
                 * Creates a new Service instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Service instance
                 */
                static create(properties: ipsec_relay.control.v1.Service.$Shape): ipsec_relay.control.v1.Service & ipsec_relay.control.v1.Service.$Shape;
                static create(properties?: ipsec_relay.control.v1.Service.$Properties): ipsec_relay.control.v1.Service;

                /**
                 * Encodes the specified Service message. Does not implicitly {@link ipsec_relay.control.v1.Service.verify|verify} messages.
                 * @param message Service message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Service.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Service message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Service & ipsec_relay.control.v1.Service.$Shape} Service
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Service & ipsec_relay.control.v1.Service.$Shape;
            }

            namespace Service {

                /** Properties of a Service. */
                interface $Properties {

                    /** Service name */
                    name?: (string|null);

                    /** Service addresses */
                    addresses?: (string[]|null);

                    /** Service from */
                    from?: (string[]|null);

                    /** Service seconds */
                    seconds?: (string[]|null);

                    /** Service balance */
                    balance?: (string|null);

                    /** Service connections */
                    connections?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Service. */
                type $Shape = ipsec_relay.control.v1.Service.$Properties;
            }

            /**
             * Properties of a ListServicesRequest.
             * @deprecated Use ipsec_relay.control.v1.ListServicesRequest.$Properties instead.
             */
            interface IListServicesRequest extends ipsec_relay.control.v1.ListServicesRequest.$Properties {
            }

            /** Represents a ListServicesRequest. */
            class ListServicesRequest {

                /**
                 * Constructs a new ListServicesRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.ListServicesRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /**
                 * Creates a new ListServicesRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns ListServicesRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.ListServicesRequest.$Shape): ipsec_relay.control.v1.ListServicesRequest & ipsec_relay.control.v1.ListServicesRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.ListServicesRequest.$Properties): ipsec_relay.control.v1.ListServicesRequest;

                /**
                 * Encodes the specified ListServicesRequest message. Does not implicitly {@link ipsec_relay.control.v1.ListServicesRequest.verify|verify} messages.
                 * @param message ListServicesRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.ListServicesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ListServicesRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.ListServicesRequest & ipsec_relay.control.v1.ListServicesRequest.$Shape} ListServicesRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.ListServicesRequest & ipsec_relay.control.v1.ListServicesRequest.$Shape;
            }

            namespace ListServicesRequest {

                /** Properties of a ListServicesRequest. */
                interface $Properties {

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ListServicesRequest. */
                type $Shape = ipsec_relay.control.v1.ListServicesRequest.$Properties;
            }

            /**
             * Properties of a ServiceList.
             * @deprecated Use ipsec_relay.control.v1.ServiceList.$Properties instead.
             */
            interface IServiceList extends ipsec_relay.control.v1.ServiceList.$Properties {
            }

            /** Represents a ServiceList. */
            class ServiceList {

                /**
                 * Constructs a new ServiceList.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.ServiceList.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ServiceList services. */
                services: ipsec_relay.control.v1.Service.$Properties[];

                /**
                 * Creates a new ServiceList instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns ServiceList instance
                 */
                static create(properties: ipsec_relay.control.v1.ServiceList.$Shape): ipsec_relay.control.v1.ServiceList & ipsec_relay.control.v1.ServiceList.$Shape;
                static create(properties?: ipsec_relay.control.v1.ServiceList.$Properties): ipsec_relay.control.v1.ServiceList;

                /**
                 * Encodes the specified ServiceList message. Does not implicitly {@link ipsec_relay.control.v1.ServiceList.verify|verify} messages.
                 * @param message ServiceList message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.ServiceList.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ServiceList message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.ServiceList & ipsec_relay.control.v1.ServiceList.$Shape} ServiceList
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.ServiceList & ipsec_relay.control.v1.ServiceList.$Shape;
            }

            namespace ServiceList {

                /** Properties of a ServiceList. */
                interface $Properties {

                    /** ServiceList services */
                    services?: (ipsec_relay.control.v1.Service.$Properties[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ServiceList. */
                type $Shape = ipsec_relay.control.v1.ServiceList.$Properties;
            }

            /**
             * Properties of a StoredExchange.
             * @deprecated Use ipsec_relay.control.v1.StoredExchange.$Properties instead.
             */
            interface IStoredExchange extends ipsec_relay.control.v1.StoredExchange.$Properties {
            }

            /** Represents a StoredExchange. */
            class StoredExchange {

                /**
                 * Constructs a new StoredExchange.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.StoredExchange.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** StoredExchange id. */
                id: number;

                /** StoredExchange service. */
                service: string;

                /** StoredExchange second. */
                second: string;

                /** StoredExchange version. */
                version: number;

                /** StoredExchange towardsAddress. */
                towardsAddress: string;

                /** StoredExchange towardsPort. */
                towardsPort: number;

                /** StoredExchange first. */
                first?: (ipsec_relay.control.v1.StoredFlow.$Properties|null);

                /** StoredExchange initial. */
                initial?: (ipsec_relay.control.v1.StoredFlow.$Properties|null);

                /** StoredExchange pairs. */
                pairs: string[];

                /** StoredExchange startedMs. */
                startedMs: number;

                /** StoredExchange moves. */
                moves: number;

                /** StoredExchange movedMs. */
                movedMs: number;

                /**
                 * Creates a new StoredExchange instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns StoredExchange instance
                 */
                static create(properties: ipsec_relay.control.v1.StoredExchange.$Shape): ipsec_relay.control.v1.StoredExchange & ipsec_relay.control.v1.StoredExchange.$Shape;
                static create(properties?: ipsec_relay.control.v1.StoredExchange.$Properties): ipsec_relay.control.v1.StoredExchange;

                /**
                 * Encodes the specified StoredExchange message. Does not implicitly {@link ipsec_relay.control.v1.StoredExchange.verify|verify} messages.
                 * @param message StoredExchange message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.StoredExchange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a StoredExchange message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.StoredExchange & ipsec_relay.control.v1.StoredExchange.$Shape} StoredExchange
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.StoredExchange & ipsec_relay.control.v1.StoredExchange.$Shape;
            }

            namespace StoredExchange {

                /** Properties of a StoredExchange. */
                interface $Properties {

                    /** StoredExchange id */
                    id?: (number|null);

                    /** StoredExchange service */
                    service?: (string|null);

                    /** StoredExchange second */
                    second?: (string|null);

                    /** StoredExchange version */
                    version?: (number|null);

                    /** StoredExchange towardsAddress */
                    towardsAddress?: (string|null);

                    /** StoredExchange towardsPort */
                    towardsPort?: (number|null);

                    /** StoredExchange first */
                    first?: (ipsec_relay.control.v1.StoredFlow.$Properties|null);

                    /** StoredExchange initial */
                    initial?: (ipsec_relay.control.v1.StoredFlow.$Properties|null);

                    /** StoredExchange pairs */
                    pairs?: (string[]|null);

                    /** StoredExchange startedMs */
                    startedMs?: (number|null);

                    /** StoredExchange moves */
                    moves?: (number|null);

                    /** StoredExchange movedMs */
                    movedMs?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a StoredExchange. */
                type $Shape = ipsec_relay.control.v1.StoredExchange.$Properties;
            }

            /**
             * Properties of a StoredFlow.
             * @deprecated Use ipsec_relay.control.v1.StoredFlow.$Properties instead.
             */
            interface IStoredFlow extends ipsec_relay.control.v1.StoredFlow.$Properties {
            }

            /** Represents a StoredFlow. */
            class StoredFlow {

                /**
                 * Constructs a new StoredFlow.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.StoredFlow.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** StoredFlow peerAddress. */
                peerAddress: string;

                /** StoredFlow peerPort. */
                peerPort: number;

                /** StoredFlow ownAddress. */
                ownAddress: string;

                /** StoredFlow ownPort. */
                ownPort: number;

                /**
                 * Creates a new StoredFlow instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns StoredFlow instance
                 */
                static create(properties: ipsec_relay.control.v1.StoredFlow.$Shape): ipsec_relay.control.v1.StoredFlow & ipsec_relay.control.v1.StoredFlow.$Shape;
                static create(properties?: ipsec_relay.control.v1.StoredFlow.$Properties): ipsec_relay.control.v1.StoredFlow;

                /**
                 * Encodes the specified StoredFlow message. Does not implicitly {@link ipsec_relay.control.v1.StoredFlow.verify|verify} messages.
                 * @param message StoredFlow message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.StoredFlow.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a StoredFlow message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.StoredFlow & ipsec_relay.control.v1.StoredFlow.$Shape} StoredFlow
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.StoredFlow & ipsec_relay.control.v1.StoredFlow.$Shape;
            }

            namespace StoredFlow {

                /** Properties of a StoredFlow. */
                interface $Properties {

                    /** StoredFlow peerAddress */
                    peerAddress?: (string|null);

                    /** StoredFlow peerPort */
                    peerPort?: (number|null);

                    /** StoredFlow ownAddress */
                    ownAddress?: (string|null);

                    /** StoredFlow ownPort */
                    ownPort?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a StoredFlow. */
                type $Shape = ipsec_relay.control.v1.StoredFlow.$Properties;
            }

            /**
             * Properties of a DeleteConnectionRequest.
             * @deprecated Use ipsec_relay.control.v1.DeleteConnectionRequest.$Properties instead.
             */
            interface IDeleteConnectionRequest extends ipsec_relay.control.v1.DeleteConnectionRequest.$Properties {
            }

            /** Represents a DeleteConnectionRequest. */
            class DeleteConnectionRequest {

                /**
                 * Constructs a new DeleteConnectionRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.DeleteConnectionRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** DeleteConnectionRequest id. */
                id: number;

                /**
                 * Creates a new DeleteConnectionRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns DeleteConnectionRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.DeleteConnectionRequest.$Shape): ipsec_relay.control.v1.DeleteConnectionRequest & ipsec_relay.control.v1.DeleteConnectionRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.DeleteConnectionRequest.$Properties): ipsec_relay.control.v1.DeleteConnectionRequest;

                /**
                 * Encodes the specified DeleteConnectionRequest message. Does not implicitly {@link ipsec_relay.control.v1.DeleteConnectionRequest.verify|verify} messages.
                 * @param message DeleteConnectionRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.DeleteConnectionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a DeleteConnectionRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.DeleteConnectionRequest & ipsec_relay.control.v1.DeleteConnectionRequest.$Shape} DeleteConnectionRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.DeleteConnectionRequest & ipsec_relay.control.v1.DeleteConnectionRequest.$Shape;
            }

            namespace DeleteConnectionRequest {

                /** Properties of a DeleteConnectionRequest. */
                interface $Properties {

                    /** DeleteConnectionRequest id */
                    id?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a DeleteConnectionRequest. */
                type $Shape = ipsec_relay.control.v1.DeleteConnectionRequest.$Properties;
            }

            /**
             * Properties of a MonitorRequest.
             * @deprecated Use ipsec_relay.control.v1.MonitorRequest.$Properties instead.
             */
            interface IMonitorRequest extends ipsec_relay.control.v1.MonitorRequest.$Properties {
            }

            /** Represents a MonitorRequest. */
            class MonitorRequest {

                /**
                 * Constructs a new MonitorRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.MonitorRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /**
                 * Creates a new MonitorRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns MonitorRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.MonitorRequest.$Shape): ipsec_relay.control.v1.MonitorRequest & ipsec_relay.control.v1.MonitorRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.MonitorRequest.$Properties): ipsec_relay.control.v1.MonitorRequest;

                /**
                 * Encodes the specified MonitorRequest message. Does not implicitly {@link ipsec_relay.control.v1.MonitorRequest.verify|verify} messages.
                 * @param message MonitorRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.MonitorRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a MonitorRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.MonitorRequest & ipsec_relay.control.v1.MonitorRequest.$Shape} MonitorRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.MonitorRequest & ipsec_relay.control.v1.MonitorRequest.$Shape;
            }

            namespace MonitorRequest {

                /** Properties of a MonitorRequest. */
                interface $Properties {

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a MonitorRequest. */
                type $Shape = ipsec_relay.control.v1.MonitorRequest.$Properties;
            }

            /**
             * Properties of an Event.
             * @deprecated Use ipsec_relay.control.v1.Event.$Properties instead.
             */
            interface IEvent extends ipsec_relay.control.v1.Event.$Properties {
            }

            /** Represents an Event. */
            class Event {

                /**
                 * Constructs a new Event.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.Event.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Event timeMs. */
                timeMs: number;

                /** Event event. */
                event: string;

                /** Event sa. */
                sa?: (ipsec_relay.control.v1.Sa.$Properties|null);

                /** Event message. */
                message: string;

                /**
                 * Creates a new Event instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Event instance
                 */
                static create(properties: ipsec_relay.control.v1.Event.$Shape): ipsec_relay.control.v1.Event & ipsec_relay.control.v1.Event.$Shape;
                static create(properties?: ipsec_relay.control.v1.Event.$Properties): ipsec_relay.control.v1.Event;

                /**
                 * Encodes the specified Event message. Does not implicitly {@link ipsec_relay.control.v1.Event.verify|verify} messages.
                 * @param message Event message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.Event.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Event message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.Event & ipsec_relay.control.v1.Event.$Shape} Event
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.Event & ipsec_relay.control.v1.Event.$Shape;
            }

            namespace Event {

                /** Properties of an Event. */
                interface $Properties {

                    /** Event timeMs */
                    timeMs?: (number|null);

                    /** Event event */
                    event?: (string|null);

                    /** Event sa */
                    sa?: (ipsec_relay.control.v1.Sa.$Properties|null);

                    /** Event message */
                    message?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Event. */
                type $Shape = ipsec_relay.control.v1.Event.$Properties;
            }

            /**
             * Properties of a ReloadRequest.
             * @deprecated Use ipsec_relay.control.v1.ReloadRequest.$Properties instead.
             */
            interface IReloadRequest extends ipsec_relay.control.v1.ReloadRequest.$Properties {
            }

            /** Represents a ReloadRequest. */
            class ReloadRequest {

                /**
                 * Constructs a new ReloadRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.ReloadRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /**
                 * Creates a new ReloadRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns ReloadRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.ReloadRequest.$Shape): ipsec_relay.control.v1.ReloadRequest & ipsec_relay.control.v1.ReloadRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.ReloadRequest.$Properties): ipsec_relay.control.v1.ReloadRequest;

                /**
                 * Encodes the specified ReloadRequest message. Does not implicitly {@link ipsec_relay.control.v1.ReloadRequest.verify|verify} messages.
                 * @param message ReloadRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.ReloadRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ReloadRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.ReloadRequest & ipsec_relay.control.v1.ReloadRequest.$Shape} ReloadRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.ReloadRequest & ipsec_relay.control.v1.ReloadRequest.$Shape;
            }

            namespace ReloadRequest {

                /** Properties of a ReloadRequest. */
                interface $Properties {

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ReloadRequest. */
                type $Shape = ipsec_relay.control.v1.ReloadRequest.$Properties;
            }

            /**
             * Properties of a StopRequest.
             * @deprecated Use ipsec_relay.control.v1.StopRequest.$Properties instead.
             */
            interface IStopRequest extends ipsec_relay.control.v1.StopRequest.$Properties {
            }

            /** Represents a StopRequest. */
            class StopRequest {

                /**
                 * Constructs a new StopRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: ipsec_relay.control.v1.StopRequest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /**
                 * Creates a new StopRequest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns StopRequest instance
                 */
                static create(properties: ipsec_relay.control.v1.StopRequest.$Shape): ipsec_relay.control.v1.StopRequest & ipsec_relay.control.v1.StopRequest.$Shape;
                static create(properties?: ipsec_relay.control.v1.StopRequest.$Properties): ipsec_relay.control.v1.StopRequest;

                /**
                 * Encodes the specified StopRequest message. Does not implicitly {@link ipsec_relay.control.v1.StopRequest.verify|verify} messages.
                 * @param message StopRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: ipsec_relay.control.v1.StopRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a StopRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {ipsec_relay.control.v1.StopRequest & ipsec_relay.control.v1.StopRequest.$Shape} StopRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ipsec_relay.control.v1.StopRequest & ipsec_relay.control.v1.StopRequest.$Shape;
            }

            namespace StopRequest {

                /** Properties of a StopRequest. */
                interface $Properties {

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a StopRequest. */
                type $Shape = ipsec_relay.control.v1.StopRequest.$Properties;
            }
        }
    }
}
