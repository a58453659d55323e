package model

// ConsoleProtocol is the enumeration console_protocol.
type ConsoleProtocol string

// The labels of ConsoleProtocol.
const (
	ConsoleProtocolVt100 ConsoleProtocol = "vt100"
	ConsoleProtocolRfb   ConsoleProtocol = "rfb"
	ConsoleProtocolRdp   ConsoleProtocol = "rdp"
)

var _ = enum("console_protocol", ConsoleProtocolVt100, ConsoleProtocolRfb, ConsoleProtocolRdp)

// Console is the XenAPI class console.
type Console struct {
	UUID        string            `api:"RO" life:"rio"`
	Protocol    ConsoleProtocol   `api:"RO" life:"rio"`
	Location    string            `api:"RO" life:"rio"`
	VM          Ref[VM]           `name:"VM" api:"RO" life:"rio"`
	OtherConfig map[string]string `api:"RW" life:"rio"`
	Port        int64             `api:"RW,internal" life:"rio"`
}

var _ = define[Console](Def{
	Name:  "console",
	Life:  "rio",
	Roles: "vm-admin",
	Flags: "database persist events constructor get_all",
})
