package model

// ClusterOperation is what can go on with a cluster as a whole.
type ClusterOperation string

// The labels of ClusterOperation.
const (
	ClusterOperationAdd     ClusterOperation = "add"
	ClusterOperationRemove  ClusterOperation = "remove"
	ClusterOperationEnable  ClusterOperation = "enable"
	ClusterOperationDisable ClusterOperation = "disable"
	ClusterOperationDestroy ClusterOperation = "destroy"
)

var _ = enum("cluster_operation", ClusterOperationAdd, ClusterOperationRemove, ClusterOperationEnable, ClusterOperationDisable, ClusterOperationDestroy)

// Cluster is the corosync cluster that clustered SRs need; a pool has at most
// one.
type Cluster struct {
	UUID                    string                      `api:"RO" life:"prototyped:kolkata,published:lima"`
	ClusterHosts            []Ref[ClusterHost]          `api:"RO" life:"prototyped:kolkata,published:lima" of:"Cluster_host.cluster"`
	PendingForget           []string                    `api:"RO" default:"[]" life:"lima"`
	ClusterToken            string                      `api:"CO" default:"" life:"prototyped:kolkata,published:lima"`
	ClusterStack            string                      `api:"CO" default:"corosync" life:"prototyped:kolkata,published:lima"`
	ClusterStackVersion     int64                       `api:"CO" default:"2" life:"prototyped:24.15.0"`
	IsQuorate               bool                        `api:"RO" default:"false" life:"prototyped:24.3.0"`
	Quorum                  int64                       `api:"RO" default:"0" life:"prototyped:24.3.0"`
	LiveHosts               int64                       `api:"RO" default:"0" life:"prototyped:24.3.0"`
	ExpectedHosts           int64                       `api:"RO" default:"0" life:"prototyped:25.17.0"`
	AllowedOperations       []ClusterOperation          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations       map[string]ClusterOperation `api:"RO,volatile" default:"{}" life:"rio"`
	PoolAutoJoin            bool                        `api:"CO" default:"true" life:"prototyped:kolkata,published:lima"`
	TokenTimeout            float64                     `api:"CO" default:"20.0" life:"prototyped:kolkata,changed:lima,published:lima"`
	TokenTimeoutCoefficient float64                     `api:"CO" default:"1.0" life:"prototyped:kolkata,changed:lima,published:lima"`
	ClusterConfig           map[string]string           `api:"CO" default:"{}" life:"prototyped:kolkata,published:lima"`
	OtherConfig             map[string]string           `api:"RW" default:"{}" life:"prototyped:kolkata,published:lima"`
}

var _ = define[Cluster](Def{
	Name:  "Cluster",
	Life:  "prototyped:kolkata,published:lima",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(PIF: PIF ref, cluster_stack: string, pool_auto_join: bool, token_timeout?: float = 20.0, token_timeout_coefficient?: float = 1.0) -> Cluster ref | prototyped:kolkata,published:lima pool-operator async
destroy(self: Cluster ref @lima) -> void | prototyped:kolkata,published:lima pool-operator async
get_network(self: Cluster ref @lima) -> network ref | prototyped:kolkata,published:lima read-only async
pool_create(network: network ref, cluster_stack: string, token_timeout?: float = 20.0, token_timeout_coefficient?: float = 1.0) -> Cluster ref | prototyped:kolkata,published:lima pool-operator async
pool_force_destroy(self: Cluster ref @lima) -> void | prototyped:kolkata,published:lima pool-operator async
pool_destroy(self: Cluster ref @lima) -> void | prototyped:kolkata,published:lima pool-operator async
pool_resync(self: Cluster ref @lima) -> void | prototyped:kolkata,published:lima pool-operator async
cstack_sync(self: Cluster ref @lima) -> void | prototyped:kolkata,published:lima pool-operator async hidden pool-internal
`,
})
