package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// usesAnother holds what a request says of an account against the list of permissions, which
// knows who uses it: else a request that names somebody else would let its user record its
// end himself, and what is extended by it would name the wrong one from then on. Whoever
// can't record it for that says so (workflow.VerbUnable). Who gets an account that is
// somebody else's already is heldAlready's to tell.
func usesAnother(ctx context.Context, c ismskit.Closing, op string, live []grant) error {
	asked, _ := c.Values["account"].(string)
	groups := [][]grant{live}
	if op != opAdd && asked != "" && register.Key("account", asked) != register.Key("account", accountOf(c.Values)) {
		before, err := liveGrantsOf(ctx, c, asked) // it is called otherwise from now on
		if err != nil {
			return err
		}
		groups = append(groups, before)
	}
	for _, group := range groups {
		if i := slices.IndexFunc(group, func(g grant) bool { return g.usedBy(c.By) || c.For != nil && g.usedBy(*c.For) }); i >= 0 {
			return group[i].refuseUser("grant.own", "grant_own")
		}
	}
	for _, group := range groups {
		others := slices.DeleteFunc(slices.Clone(group), func(g grant) bool { return g.id == idFor(c) })
		if op != opAdd && len(others) > 0 && len(usedAs(c, others)) == 0 {
			return others[0].refuseUser("grant.another", "grant_another")
		}
	}
	return nil
}

// usedAs are the permissions whose user is the one that the request names.
func usedAs(c ismskit.Closing, live []grant) []grant {
	named, _ := c.Values["account_user"].(forms.Person)
	return slices.DeleteFunc(slices.Clone(live), func(g grant) bool { return !g.isUsedAs(named) })
}

// isUsedAs says whether a request names the user of a permission. Who was expected may have
// arrived since, and who comes from outside is known by his name alone. An older row of the
// list may not say who uses it.
func (g grant) isUsedAs(named forms.Person) bool {
	user, _ := g.values["user"].(forms.Person)
	switch user.Kind {
	case "":
		return true
	case forms.InDirectory:
		return named.Kind == user.Kind && named.ID == user.ID
	}
	return strings.TrimSpace(named.Name) == strings.TrimSpace(user.Name)
}

// usedBy says whether a permission is somebody's own.
func (g grant) usedBy(s workflow.Signer) bool {
	user, _ := g.values["user"].(forms.Person)
	return user.Kind == forms.InDirectory && user.ID == s.Person
}

func (g grant) refuseUser(key, code string) error {
	user, _ := g.values["user"].(forms.Person)
	text, err := sayAll(key, "account", g.text("account"), "user", user.Name)
	if err != nil {
		return err
	}
	return forms.Invalid{{Field: "result_note", Code: code, Text: text}}
}
