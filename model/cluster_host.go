package model

import "time"

// ClusterHostOperation is what can go on with one member of a cluster.
type ClusterHostOperation string

// The labels of ClusterHostOperation.
const (
	ClusterHostOperationEnable  ClusterHostOperation = "enable"
	ClusterHostOperationDisable ClusterHostOperation = "disable"
	ClusterHostOperationDestroy ClusterHostOperation = "destroy"
)

var _ = enum("cluster_host_operation", ClusterHostOperationEnable, ClusterHostOperationDisable, ClusterHostOperationDestroy)

// ClusterHost is the membership of one host in the cluster.
type ClusterHost struct {
	UUID              string                          `api:"RO" life:"prototyped:kolkata,published:lima"`
	Cluster           Ref[Cluster]                    `api:"CO" default:"OpaqueRef:NULL" life:"prototyped:kolkata,published:lima"`
	Host              Ref[Host]                       `api:"CO" default:"OpaqueRef:NULL" life:"prototyped:kolkata,published:lima"`
	Enabled           bool                            `api:"RO" default:"false" life:"prototyped:kolkata,published:lima"`
	PIF               Ref[PIF]                        `name:"PIF" api:"CO" default:"OpaqueRef:NULL" life:"prototyped:kolkata,published:lima"`
	Joined            bool                            `api:"RO" default:"true" life:"prototyped:kolkata,published:lima"`
	Live              bool                            `api:"RO" default:"false" life:"prototyped:24.3.0"`
	LastUpdateLive    time.Time                       `api:"RO" default:"19700101T00:00:00Z" life:"prototyped:24.3.0"`
	AllowedOperations []ClusterHostOperation          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations map[string]ClusterHostOperation `api:"RO,volatile" default:"{}" life:"rio"`
	OtherConfig       map[string]string               `api:"CO" default:"{}" life:"prototyped:kolkata,published:lima"`
}

var _ = define[ClusterHost](Def{
	Name:  "Cluster_host",
	Life:  "prototyped:kolkata,published:lima",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(cluster: Cluster ref @lima, host: host ref @lima, pif: PIF ref @lima) -> Cluster_host ref | prototyped:kolkata,published:lima pool-operator async
destroy(self: Cluster_host ref @lima) -> void | prototyped:kolkata,published:lima pool-operator async
enable(self: Cluster_host ref @lima) -> void | prototyped:kolkata,published:lima pool-operator async
force_destroy(self: Cluster_host ref @lima) -> void | prototyped:kolkata,published:lima pool-operator async
forget(self: Cluster_host ref) -> void | lima local-root async hidden
disable(self: Cluster_host ref @lima) -> void | prototyped:kolkata,published:lima pool-operator async
`,
})
