package model

// TunnelProtocol is how a tunnel wraps its packets.
type TunnelProtocol string

// The labels of TunnelProtocol.
const (
	TunnelProtocolGre   TunnelProtocol = "gre"
	TunnelProtocolVxlan TunnelProtocol = "vxlan"
)

var _ = enum("tunnel_protocol", TunnelProtocolGre, TunnelProtocolVxlan)

// Tunnel carries a network between hosts over another one.
type Tunnel struct {
	UUID         string            `api:"RO" life:"cowley"`
	AccessPIF    Ref[PIF]          `name:"access_PIF" api:"CO" default:"" life:"cowley"`
	TransportPIF Ref[PIF]          `name:"transport_PIF" api:"CO" default:"" life:"cowley"`
	Status       map[string]string `api:"RW" default:"{\"active\":\"false\"}" life:"cowley"`
	OtherConfig  map[string]string `api:"RW" default:"{}" life:"cowley"`
	Protocol     TunnelProtocol    `api:"RW" default:"gre" life:"1.250.0"`
}

var _ = define[Tunnel](Def{
	Name:  "tunnel",
	Life:  "cowley",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(transport_PIF: PIF ref @dundee, network: network ref @dundee, protocol?: enum tunnel_protocol = "gre" @1.250.0) -> tunnel ref | cowley pool-operator async
destroy(self: tunnel ref) -> void | cowley pool-operator async
`,
})
