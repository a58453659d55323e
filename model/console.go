package model

// ConsoleProtocol is how a console is spoken to.
type ConsoleProtocol string

// The labels of ConsoleProtocol.
const (
	ConsoleProtocolVt100 ConsoleProtocol = "vt100"
	ConsoleProtocolRfb   ConsoleProtocol = "rfb"
	ConsoleProtocolRdp   ConsoleProtocol = "rdp"
)

var _ = enum("console_protocol", ConsoleProtocolVt100, ConsoleProtocolRfb, ConsoleProtocolRdp)

// Console is a way to see and type into a running VM. Rows live as long as the
// VM's domain.
type Console struct {
	UUID        string            `api:"RO" life:"rio"`
	Protocol    ConsoleProtocol   `api:"RO" life:"rio"`
	Location    string            `api:"RO" life:"rio"` // URL of the stream
	VM          Ref[VM]           `name:"VM" api:"RO" life:"rio"`
	OtherConfig map[string]string `api:"RW" life:"rio"`
	Port        int64             `api:"RW,internal" life:"rio"` // -1 if there is none of its own
}

var _ = define[Console](Def{
	Name:  "console",
	Life:  "rio",
	Roles: "vm-admin",
	Flags: "database persist events constructor get_all",
})
