package model

// SDNControllerProtocol is how the switches talk to their controller.
type SDNControllerProtocol string

// The labels of SDNControllerProtocol.
const (
	SDNControllerProtocolSSL  SDNControllerProtocol = "ssl"
	SDNControllerProtocolPssl SDNControllerProtocol = "pssl"
)

var _ = enum("sdn_controller_protocol", SDNControllerProtocolSSL, SDNControllerProtocolPssl)

// SDNController is the controller that the pool's switches obey.
type SDNController struct {
	UUID     string                `api:"RO" life:"falcon"`
	Protocol SDNControllerProtocol `api:"CO" default:"ssl" life:"falcon"`
	Address  string                `api:"CO" default:"" life:"falcon"`
	Port     int64                 `api:"CO" default:"0" life:"falcon"`
}

var _ = define[SDNController](Def{
	Name:  "SDN_controller",
	Life:  "falcon",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
introduce(protocol?: enum sdn_controller_protocol = "ssl", address?: string = "", port?: int = 0) -> SDN_controller ref | falcon pool-operator async
forget(self: SDN_controller ref) -> void | falcon pool-operator async
`,
})
