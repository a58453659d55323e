package cluster_test

import (
	"fmt"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

func TestCluster(t *testing.T) {
	c := xapitest.Start(t, xapitest.Inventory(3, 0)).Login(t)
	hosts := c.Refs(t, "host.get_all")
	pifs := map[string]string{}
	for _, h := range hosts {
		pifs[h] = c.Text(t, "host.get_management_interface", h)
	}
	first := pifs[hosts[0]]
	network := c.Text(t, "PIF.get_network", first)
	figures := func(cluster string) string {
		r := c.Record(t, "Cluster.get_record", cluster)
		return fmt.Sprint(r["live_hosts"], " of ", r["expected_hosts"], " ", r["is_quorate"])
	}
	c.Fail(t, "INVALID_CLUSTER_STACK", []string{"glue"}, "Cluster.pool_create", network, "glue")
	c.Fail(t, "INVALID_VALUE", []string{"token_timeout", "*"}, "Cluster.create", first, "corosync", true, 0.5)
	c.Fail(t, "PIF_ALLOWS_UNPLUG", []string{first}, "Cluster.create", first, "corosync", true)
	for _, pif := range pifs {
		c.Call(t, "PIF.set_disallow_unplug", pif, true)
	}
	lone := c.Text(t, "Cluster.create", first, "corosync", true)
	if got := figures(lone); got != "1 of 1 true" {
		t.Errorf("the cluster has %s", got)
	}
	c.Fail(t, "CLUSTER_ALREADY_EXISTS", nil, "Cluster.pool_create", network, "corosync")
	only := c.Refs(t, "Cluster.get_cluster_hosts", lone)[0]
	c.Fail(t, "CLUSTER_HOST_IS_LAST", []string{only}, "Cluster_host.destroy", only)
	c.Fail(t, "PIF_NOT_ATTACHED_TO_HOST", []string{first, hosts[1]}, "Cluster_host.create", lone, hosts[1], first)
	second := c.Text(t, "Cluster_host.create", lone, hosts[1], pifs[hosts[1]])
	c.Fail(t, "CLUSTER_DOES_NOT_HAVE_ONE_NODE", []string{"2"}, "Cluster.destroy", lone)
	c.Call(t, "Cluster_host.destroy", second)
	c.Call(t, "Cluster.destroy", lone)

	all := c.Text(t, "Cluster.pool_create", network, "corosync")
	if got := figures(all); got != "3 of 3 true" || c.Text(t, "Cluster.get_network", all) != network {
		t.Errorf("the cluster has %s", got)
	}
	members := c.Refs(t, "Cluster.get_cluster_hosts", all)
	c.Fail(t, "CLUSTERING_ENABLED", []string{"*"}, "PIF.set_disallow_unplug", first, false)
	c.Call(t, "Cluster_host.disable", members[1])
	c.Call(t, "Cluster_host.disable", members[2])
	if got := figures(all); got != "1 of 3 false" {
		t.Errorf("the cluster has %s", got)
	}
	c.Call(t, "Cluster_host.enable", members[1])
	c.Call(t, "Cluster_host.force_destroy", members[2])
	c.Call(t, "Cluster.pool_resync", all)
	if got := figures(all); got != "3 of 3 true" {
		t.Errorf("the cluster has %s", got)
	}
	c.Call(t, "Cluster.pool_destroy", all)
	if n := len(c.Refs(t, "Cluster_host.get_all")); n != 0 {
		t.Errorf("%d members are left", n)
	}
}
