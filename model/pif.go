package model

// IPConfigurationMode is where an interface has its IPv4 address from.
type IPConfigurationMode string

// The labels of IPConfigurationMode.
const (
	IPConfigurationModeNone   IPConfigurationMode = "None"
	IPConfigurationModeDHCP   IPConfigurationMode = "DHCP"
	IPConfigurationModeStatic IPConfigurationMode = "Static"
)

var _ = enum("ip_configuration_mode", IPConfigurationModeNone, IPConfigurationModeDHCP, IPConfigurationModeStatic)

// IPv6ConfigurationMode is where an interface has its IPv6 address from.
type IPv6ConfigurationMode string

// The labels of IPv6ConfigurationMode.
const (
	IPv6ConfigurationModeNone     IPv6ConfigurationMode = "None"
	IPv6ConfigurationModeDHCP     IPv6ConfigurationMode = "DHCP"
	IPv6ConfigurationModeStatic   IPv6ConfigurationMode = "Static"
	IPv6ConfigurationModeAutoconf IPv6ConfigurationMode = "Autoconf"
)

var _ = enum("ipv6_configuration_mode", IPv6ConfigurationModeNone, IPv6ConfigurationModeDHCP, IPv6ConfigurationModeStatic, IPv6ConfigurationModeAutoconf)

// PIFIGMPStatus is whether a host's interface snoops on multicast membership.
type PIFIGMPStatus string

// The labels of PIFIGMPStatus.
const (
	PIFIGMPStatusEnabled  PIFIGMPStatus = "enabled"
	PIFIGMPStatusDisabled PIFIGMPStatus = "disabled"
	PIFIGMPStatusUnknown  PIFIGMPStatus = "unknown"
)

var _ = enum("pif_igmp_status", PIFIGMPStatusEnabled, PIFIGMPStatusDisabled, PIFIGMPStatusUnknown)

// PrimaryAddressType is the family of addresses that a management interface
// uses.
type PrimaryAddressType string

// The labels of PrimaryAddressType.
const (
	PrimaryAddressTypeIPv4 PrimaryAddressType = "IPv4"
	PrimaryAddressTypeIPv6 PrimaryAddressType = "IPv6"
)

var _ = enum("primary_address_type", PrimaryAddressTypeIPv4, PrimaryAddressTypeIPv6)

// PIF is a network interface of a host: a NIC, a VLAN on one, a bond's master
// or a tunnel's end.
type PIF struct {
	UUID                  string                `api:"RO" life:"rio"`
	Device                string                `api:"CO" life:"rio"`
	Network               Ref[Network]          `api:"CO" life:"rio"`
	Host                  Ref[Host]             `api:"CO" life:"rio"`
	MAC                   string                `name:"MAC" api:"CO" life:"rio"`
	MTU                   int64                 `name:"MTU" api:"CO" life:"rio"`  // bytes
	VLAN                  int64                 `name:"VLAN" api:"CO" life:"rio"` // -1: none
	DeviceName            string                `api:"RW,internal" life:"rio"`
	Metrics               Ref[PIFMetrics]       `api:"RO" life:"rio"`
	Physical              bool                  `api:"RO" default:"false" life:"miami"`
	CurrentlyAttached     bool                  `api:"RO" default:"true" life:"miami"`
	IPConfigurationMode   IPConfigurationMode   `api:"RO" default:"None" life:"miami"`
	IP                    string                `name:"IP" api:"RO" default:"" life:"miami"` // empty if there is none
	Netmask               string                `api:"RO" default:"" life:"miami"`
	Gateway               string                `api:"RO" default:"" life:"miami"`
	DNS                   string                `name:"DNS" api:"RO" default:"" life:"miami"`
	BondSlaveOf           Ref[Bond]             `api:"RO" default:"" life:"miami"`
	BondMasterOf          []Ref[Bond]           `api:"RO" life:"miami" of:"Bond.master"`
	VLANMasterOf          Ref[VLAN]             `name:"VLAN_master_of" api:"RO" default:"" life:"miami"`
	VLANSlaveOf           []Ref[VLAN]           `name:"VLAN_slave_of" api:"RO" life:"miami" of:"VLAN.tagged_PIF"`
	Management            bool                  `api:"RO" default:"false" life:"miami"` // clients and members use it
	OtherConfig           map[string]string     `api:"RW" default:"{}" life:"miami"`
	DisallowUnplug        bool                  `api:"RO" default:"false" life:"orlando"` // storage or clustering needs it
	TunnelAccessPIFOf     []Ref[Tunnel]         `name:"tunnel_access_PIF_of" api:"RO" life:"cowley" of:"tunnel.access_PIF"`
	TunnelTransportPIFOf  []Ref[Tunnel]         `name:"tunnel_transport_PIF_of" api:"RO" life:"cowley" of:"tunnel.transport_PIF"`
	IPv6ConfigurationMode IPv6ConfigurationMode `name:"ipv6_configuration_mode" api:"RO" default:"None" life:"tampa"`
	IPv6                  []string              `name:"IPv6" api:"RO" default:"[]" life:"tampa"`
	IPv6Gateway           string                `name:"ipv6_gateway" api:"RO" default:"" life:"tampa"`
	PrimaryAddressType    PrimaryAddressType    `api:"RO" default:"IPv4" life:"tampa"`
	Managed               bool                  `api:"CO" default:"true" life:"vgpu-productisation"`
	Properties            map[string]string     `api:"RO" default:"{}" life:"creedence"`
	Capabilities          []string              `api:"RO" default:"[]" life:"dundee"`
	IGMPSnoopingStatus    PIFIGMPStatus         `api:"RO" default:"unknown" life:"inverness"`
	SriovPhysicalPIFOf    []Ref[NetworkSriov]   `name:"sriov_physical_PIF_of" api:"RO" life:"kolkata" of:"network_sriov.physical_PIF"`
	SriovLogicalPIFOf     []Ref[NetworkSriov]   `name:"sriov_logical_PIF_of" api:"RO" life:"kolkata" of:"network_sriov.logical_PIF"`
	PCI                   Ref[PCI]              `name:"PCI" api:"RO" default:"OpaqueRef:NULL" life:"kolkata"`
}

var _ = define[PIF](Def{
	Name:  "PIF",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create_VLAN(device: string, network: network ref, host: host ref, VLAN: int) -> PIF ref | published:rio,deprecated:miami pool-operator async
destroy(self: PIF ref) -> void | published:rio,deprecated:miami pool-operator async
reconfigure_ip(self: PIF ref, mode: enum ip_configuration_mode, IP: string, netmask: string, gateway: string, DNS: string) -> void | miami pool-operator async
reconfigure_ipv6(self: PIF ref, mode: enum ipv6_configuration_mode, IPv6: string, gateway: string, DNS: string) -> void | tampa pool-operator async
set_primary_address_type(self: PIF ref, primary_address_type: enum primary_address_type) -> void | tampa pool-operator async
scan(host: host ref) -> void | miami pool-operator async
introduce(host: host ref, MAC: string, device: string, managed?: bool = true @vgpu-productisation) -> PIF ref | miami pool-operator async
forget(self: PIF ref) -> void | miami pool-operator async
unplug(self: PIF ref) -> void | miami pool-operator async
set_disallow_unplug(self: PIF ref, value: bool) -> void | orlando pool-operator async
plug(self: PIF ref) -> void | miami pool-operator async
pool_introduce(device: string @miami, network: network ref @miami, host: host ref @miami, MAC: string @miami, MTU: int @miami, VLAN: int @miami, physical: bool @miami, ip_configuration_mode: enum ip_configuration_mode @miami, IP: string @miami, netmask: string @miami, gateway: string @miami, DNS: string @miami, bond_slave_of: Bond ref @miami, VLAN_master_of: VLAN ref @miami, management: bool @miami, other_config: (string -> string) map @miami, disallow_unplug?: bool = false @orlando, ipv6_configuration_mode?: enum ipv6_configuration_mode = "None" @boston, IPv6?: string set = [] @boston, ipv6_gateway?: string = "" @boston, primary_address_type?: enum primary_address_type = "IPv4" @boston, managed?: bool = true @vgpu-productisation, properties?: (string -> string) map = {} @creedence) -> PIF ref | rio pool-operator async hidden
db_introduce(device: string, network: network ref, host: host ref, MAC: string, MTU: int, VLAN: int, physical: bool, ip_configuration_mode: enum ip_configuration_mode, IP: string, netmask: string, gateway: string, DNS: string, bond_slave_of: Bond ref, VLAN_master_of: VLAN ref, management: bool, other_config: (string -> string) map, disallow_unplug?: bool = false, ipv6_configuration_mode?: enum ipv6_configuration_mode = "None" @boston, IPv6?: string set = [] @boston, ipv6_gateway?: string = "" @boston, primary_address_type?: enum primary_address_type = "IPv4" @boston, managed?: bool = true @vgpu-productisation, properties?: (string -> string) map = {} @creedence) -> PIF ref | orlando pool-operator async
db_forget(self: PIF ref) -> void | orlando pool-operator async
set_property(self: PIF ref, name: string, value: string) -> void | creedence pool-operator async
`,
})
