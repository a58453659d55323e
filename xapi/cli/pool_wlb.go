package cli

// wlbActs are about the workload balancer.
var wlbActs = acts{
	"pool-initialize-wlb": does("pool.initialize_wlb", word("wlb_url", ""), word("wlb_username", ""), word("wlb_password", ""),
		word("xenserver_username", ""), word("xenserver_password", "")),
	"pool-deconfigure-wlb":                       does("pool.deconfigure_wlb"),
	"pool-send-wlb-configuration":                does("pool.send_wlb_configuration", pairs("config")),
	"pool-retrieve-wlb-configuration":            prints("pool.retrieve_wlb_configuration"),
	"pool-retrieve-wlb-recommendations":          recommended("pool.retrieve_wlb_recommendations"),
	"host-retrieve-wlb-evacuate-recommendations": recommended("host.retrieve_wlb_evacuate_recommendations", the("host", "uuid")),
	"pool-send-test-post":                        prints("pool.send_test_post", word("dest-host", ""), whole("dest-port", 0), word("body", "")),
}
