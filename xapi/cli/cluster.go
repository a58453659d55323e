package cli

// What clusters have unless the command line says otherwise: seconds, and the
// stack.
const (
	tokenTimeout            = 20.0
	tokenTimeoutCoefficient = 1.0
	clusterStack            = "corosync"
)

// clusterActs are what the commands of this file do.
var clusterActs = acts{
	"cluster-pool-create": makes("Cluster", "pool_create", the("network", "network-uuid"), word("cluster-stack", clusterStack),
		decimal("token-timeout", tokenTimeout), decimal("token-timeout-coefficient", tokenTimeoutCoefficient)),
	"cluster-pool-destroy":       does("Cluster.pool_destroy", the("Cluster", "cluster-uuid")),
	"cluster-pool-force-destroy": does("Cluster.pool_force_destroy", the("Cluster", "cluster-uuid")),
	"cluster-pool-resync":        does("Cluster.pool_resync", the("Cluster", "cluster-uuid")),
	"cluster-create": makes("Cluster", "create", the("PIF", "pif-uuid"), word("cluster-stack", clusterStack), yes("pool-auto-join", true),
		decimal("token-timeout", tokenTimeout), decimal("token-timeout-coefficient", tokenTimeoutCoefficient)),
	"cluster-destroy": onUUID("Cluster", "destroy"),
	"cluster-host-create": makes("Cluster_host", "create", the("Cluster", "cluster-uuid"), the("host", "host-uuid"),
		the("PIF", "pif-uuid")),
	"cluster-host-enable":        onUUID("Cluster_host", "enable"),
	"cluster-host-disable":       onUUID("Cluster_host", "disable"),
	"cluster-host-destroy":       onUUID("Cluster_host", "destroy"),
	"cluster-host-force-destroy": onUUID("Cluster_host", "force_destroy"),
}
