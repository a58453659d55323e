package cli

// authActs are about directories, their subjects, and who may log in.
var authActs = acts{
	"host-enable-external-auth":             insisted(does("host.enable_external_auth", the("host", "host-uuid"), pairs("config"), word("service-name", ""), word("auth-type", ""))),
	"host-disable-external-auth":            insisted(does("host.disable_external_auth", the("host", "host-uuid"), pairs("config"))),
	"host-external-auth-set-ldaps":          does("host.external_auth_set_ldaps", the("host", "host-uuid"), yes("ldaps", false), yes("force", false)),
	"pool-enable-external-auth":             does("pool.enable_external_auth", thePool, pairs("config"), word("service-name", ""), word("auth-type", "")),
	"pool-disable-external-auth":            does("pool.disable_external_auth", thePool, pairs("config")),
	"pool-external-auth-set-ldaps":          does("pool.external_auth_set_ldaps", thePool, yes("ldaps", false), yes("force", false)),
	"pool-enable-client-certificate-auth":   does("pool.enable_client_certificate_auth", thePool, word("name", "")),
	"pool-disable-client-certificate-auth":  does("pool.disable_client_certificate_auth", thePool),
	"subject-add":                           subjectAdd,
	"subject-remove":                        does("subject.destroy", the("subject", "subject-uuid")),
	"subject-role-add":                      does("subject.add_to_roles", the("subject", "uuid"), theRole),
	"subject-role-remove":                   does("subject.remove_from_roles", the("subject", "uuid"), theRole),
	"session-subject-identifier-list":       subjectSessions,
	"session-subject-identifier-logout":     does("session.logout_subject_identifier", word("subject-identifier", "")),
	"session-subject-identifier-logout-all": logoutSubjects,
}

// subjectAdd lets somebody of the directory into the pool.
func subjectAdd(c *command) error {
	id, err := c.call("auth.get_subject_identifier", c.text("subject-name"))
	if err != nil {
		return err
	}
	about, err := c.call("auth.get_subject_information_from_identifier", id)
	if err != nil {
		return err
	}
	v, err := c.call("subject.create", structOf("subject_identifier", text(id), "other_config", about))
	return c.made("subject", v, err)
}

// theRole is the role of role-uuid, or of role-name.
func theRole(c *command) (any, error) {
	id, byUUID := c.get("role-uuid")
	name, byName := c.get("role-name")
	switch {
	case byUUID == byName:
		return nil, complaint("Either role-name or role-uuid is needed, not both")
	case byUUID:
		return c.ref("role", id)
	}
	v, err := c.call("role.get_by_name_label", name)
	if err != nil {
		return nil, err
	}
	for _, ref := range refs(v) {
		return ref, nil
	}
	return nil, complaint("There is no role named " + name)
}

func subjectSessions(c *command) error {
	v, err := c.call("session.get_all_subject_identifiers")
	if err != nil {
		return err
	}
	ids, _ := v.([]string)
	var records [][]column
	for _, id := range ids {
		records = append(records, []column{{"subject-identifier ( RO)", id}})
	}
	c.table(records)
	return nil
}

func logoutSubjects(c *command) error {
	v, err := c.call("session.get_all_subject_identifiers")
	if err != nil {
		return err
	}
	ids, _ := v.([]string)
	for _, id := range ids {
		if err := c.do("session.logout_subject_identifier", id); err != nil {
			return err
		}
	}
	return nil
}
