package model

// ImageFormatType is a format of disk images.
type ImageFormatType string

// The labels of ImageFormatType.
const (
	ImageFormatTypeRaw   ImageFormatType = "raw"
	ImageFormatTypeVhd   ImageFormatType = "vhd"
	ImageFormatTypeQcow2 ImageFormatType = "qcow2"
)

var _ = enum("image_format_type", ImageFormatTypeRaw, ImageFormatTypeVhd, ImageFormatTypeQcow2)

// SM is a storage driver: a type of SR and what it can do.
type SM struct {
	UUID                  string                 `api:"RO" life:"rio"`
	NameLabel             string                 `api:"RO" default:"" life:"rio"`
	NameDescription       string                 `api:"RO" default:"" life:"rio"`
	Type                  string                 `api:"RO" life:"rio"`
	Vendor                string                 `api:"RO" life:"rio"`
	Copyright             string                 `api:"RO" life:"rio"`
	Version               string                 `api:"RO" life:"rio"`
	RequiredAPIVersion    string                 `api:"RO" life:"rio"`
	Configuration         map[string]string      `api:"RO" life:"rio"`
	Capabilities          []string               `api:"RO" default:"[]" life:"published:miami,deprecated:clearwater"`
	Features              map[string]int64       `api:"RO" default:"{}" life:"published:clearwater,changed:24.37.0"`
	HostPendingFeatures   map[Ref[Host]][]string `api:"RO,internal" default:"{}" life:"prototyped:24.37.0"`
	OtherConfig           map[string]string      `api:"RW" default:"{}" life:"miami"`
	DriverFilename        string                 `api:"RO" default:"" life:"orlando"`
	RequiredClusterStack  []string               `api:"RO" default:"[]" life:"dundee"`
	SupportedImageFormats []ImageFormatType      `api:"RO" default:"[]" life:"prototyped:26.15.0"`
}

var _ = define[SM](Def{
	Name:  "SM",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
})
