package ismskit_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// K15: whoever lets another decide by changing the flow of a form in the database is found, with
// the form and its version, although he changes the digest beside it too; and so is a version
// that is gone. The house's own are held against the list of versions in use, those of the program
// against the program.
func TestK15AFlowChangedInTheDatabaseIsFound(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		o.extend(func(c *ismskit.Config) {
			c.Types, c.Signer = append(c.Types, plainType(t)), o.key
			c.Rights.ManageTypes = []string{"organisation/security_officer"}
		})
		d := o.draftOf("plain")
		flow := d.Flow
		flow.Root.Step.Name = map[string]string{"zh-TW": "主管核准"}
		flow.Root.Step.Who[0].IDs = []string{"P12"}
		house := o.brings(o.saves(d, flow), "換人").Version
		_, _, early := o.signedCase()
		where := func(version string) string {
			return "kind = 'type' AND key = 'plain' AND version = '" + version + "'"
		}
		change := func(version, from, to string, digest bool) tampering {
			was := o.definition("plain", version)
			body := []byte(strings.ReplaceAll(string(was.Body), from, to))
			if string(body) == string(was.Body) {
				t.Fatalf("nothing to change in %s", body)
			}
			sum := was.Digest
			if digest {
				sum = sha256.Sum256(body)
			}
			write := func(body []byte, sum [32]byte) []statement {
				return []statement{{"UPDATE isms_definitions SET body = $1, digest = $2 WHERE " + where(version), []any{body, sum[:]}}}
			}
			return tampering{"the flow", write(body, sum), write(was.Body, was.Digest), "definition_false list/flows/plain 0"}
		}
		gone := func(version string) tampering {
			was := o.definition("plain", version)
			return tampering{"a version deleted", run("DELETE FROM isms_definitions WHERE " + where(version)),
				[]statement{{"INSERT INTO isms_definitions (kind, key, version, digest, created, body) VALUES ('type', 'plain', $1, $2, $3, $4)", []any{version, was.Digest[:], was.Created.UnixMicro(), was.Body}}},
				"definition_missing list/flows/plain 0"}
		}
		calendar := run("UPDATE isms_definitions SET body = $1 WHERE kind = 'calendar'")
		calendar[0].args = []any{[]byte("[]")}
		o.found(early,
			change(house, "P12", "P05", false), change(house, "P12", "P05", true), change("1", "P11", "P05", true),
			gone(house), gone("1"),
		)
		o.sql(calendar[0].query, calendar[0].args...)
		o.says(early, "計算期限所依的行事曆（", "zh-TW")
		bad := change(house, "P12", "P05", true)
		o.sql(bad.do[0].query, bad.do[0].args...)
		o.says(early, "表單「簽辦」第 "+house+" 版儲存的欄位與流程與採用時的不同", "zh-TW")
	})
}

// definition is a version of a type as the database has it.
func (o *office) definition(key, version string) ismskit.Definition {
	o.t.Helper()
	var d ismskit.Definition
	err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		found, err := tx.Definitions().Get(ctx, "type", key, version)
		d = found
		return err
	})
	if err != nil || !json.Valid(d.Body) {
		o.t.Fatalf("%s %s: %s, %v", key, version, d.Body, err)
	}
	return d
}
