package register_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/register"
)

// A list's fields never change under a version: testdata/versions.txt holds what each
// version is, of the first ones what they were at last. Wording may be mended (labels, help, messages), for no row rests on it.
func TestTheFieldsOfAListChangeUnderANewVersion(t *testing.T) {
	b, err := os.ReadFile("testdata/versions.txt")
	must(t, err)
	files, err := filepath.Glob("lists/*.json")
	must(t, err)
	held := strings.Split(strings.TrimSpace(string(b)), "\n")
	if len(files) == 0 {
		t.Fatal("no lists")
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		must(t, err)
		var list struct {
			Schema map[string]any `json:"schema"`
		}
		must(t, json.Unmarshal(b, &list))
		version := fmt.Sprintf("%s %s", list.Schema["key"], list.Schema["version"])
		fields, err := json.Marshal(unworded(list.Schema))
		must(t, err)
		now, err := strconv.Atoi(fmt.Sprint(list.Schema["version"]))
		must(t, err)
		for n := 1; n < now; n++ {
			if earlier := fmt.Sprintf("%s %d ", list.Schema["key"], n); !slices.ContainsFunc(held, func(line string) bool { return strings.HasPrefix(line, earlier) }) {
				t.Errorf("testdata/versions.txt no longer says what %swas", earlier)
			}
		}
		want := fmt.Sprintf("%s %x", version, sha256.Sum256(fields))
		found := ""
		for _, line := range held {
			if strings.HasPrefix(line, version+" ") {
				found = line
			}
		}
		switch found {
		case want:
		case "":
			t.Errorf("testdata/versions.txt lacks the line\n%s", want)
		default:
			t.Errorf("%s: the fields of %s changed; give them the next version, and that version a line", name, version)
		}
	}
}

// unworded is a schema without what is only said.
func unworded(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, member := range v {
			if key != "label" && key != "help" && key != "title" && key != "message" {
				out[key] = unworded(member)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, member := range v {
			out[i] = unworded(member)
		}
		return out
	}
	return v
}

// A row that was entered under an earlier version is read by the newest, says what it
// said, and stays as it is stored when it is saved again.
func TestRowsOfEarlierVersionsAreRead(t *testing.T) {
	r := builtIn(t)
	for list, stored := range map[string]string{
		register.Deputies:  `{"from":"2026-11-24T00:00:00.000000Z","ordered":[{"id":"P12","name":"陳美玲"}],"principal":{"id":"P11","name":"林志明"},"reason":"公假","set_at":"2026-11-23T08:00:00.000000Z","set_by":{"id":"P11","name":"林志明"},"to":"2026-11-27T00:00:00.000000Z"}`,
		register.Calendars: `{"closures":[{"_row":"r1","day":"2026-11-24","part":"day","place":"臺北市","reason":"鳳凰颱風"}],"title":"辦公日曆"}`,
		register.Systems:   `{"items":[{"_row":"r1","key":"read","label":"查詢"}],"name":"公文系統"}`,
		register.Grants:    `{"account":"qh150013","request":"A-115-000123"}`,
	} {
		old := register.Row{List: list, ID: "office", Revision: 1, Values: []byte(stored)}
		values, err := r.Values(old)
		if err != nil {
			t.Errorf("%s: %v", list, err)
			continue
		}
		form, _ := r.Form(list)
		if again := string(form.EncodeJSON(values)); again != stored {
			t.Errorf("%s: stored\n%s\nread and stored again\n%s", list, stored, again)
		}
	}
}
