package record_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/ismskit/record"
)

func TestEqualRulesAreOneRow(t *testing.T) {
	a := record.NewACL("U06", "內部使用", "", "account_request", record.ReaderPerson("P09"), record.ReaderRole("records", "reader"))
	b := record.NewACL("U06", "內部使用", "", "account_request", record.ReaderRole("records", "reader"), "", record.ReaderPerson("P09"), record.ReaderPerson("P09"))
	if a.ID != b.ID {
		t.Errorf("the same rule in another order got another id: %s, %s", a.ID, b.ID)
	}
	if want := "lrqypm43dibhmnquzcvxbicu"; a.ID != want {
		t.Errorf("id %s, want %s: records carry these ids for ever", a.ID, want)
	}
}

// Two different rules must not share an id, whatever their parts run into.
func TestDifferentRulesDiffer(t *testing.T) {
	part := rapid.StringMatching(`[ab:/]{0,3}`)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) record.ACL {
			return record.NewACL(part.Draw(t, name+" unit"), part.Draw(t, name+" class"), part.Draw(t, name+" category"),
				part.Draw(t, name+" type"), rapid.SliceOfN(part, 0, 2).Draw(t, name+" readers")...)
		}
		a, b := draw("a"), draw("b")
		same := a.Unit == b.Unit && a.Class == b.Class && a.Category == b.Category && a.Type == b.Type && slices.Equal(a.Readers, b.Readers)
		if same != (a.ID == b.ID) {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}

func TestWhoMayReadARequestOfTheHouseholdSection(t *testing.T) {
	request := record.NewACL("U06", "內部使用", "", "account_request", record.ReaderSystem("S02"))
	secret := record.NewACL("U03", "密", "", "change_request", record.ReaderRole("documents", "keeper"))
	procedure := record.NewACL("U03", "內部使用", "", "document", record.Everybody)
	finding := record.NewACL("U05", "內部使用", "audit/external", "finding")
	all := []record.ACL{request, secret, procedure, finding}

	tests := []struct {
		who    string
		reader record.Reader
		want   []record.ACL
	}{
		{"鍾明哲, a colleague", record.Reader{Person: "P13", InHouse: true, Unit: "U06"}, []record.ACL{procedure}},
		{"邱柏叡, head of the section", record.Reader{Person: "P11", InHouse: true, Units: []string{"U06"}}, []record.ACL{request, procedure}},
		{"龔怡安, who administers 公文系統", record.Reader{Person: "P10", InHouse: true, Systems: []string{"S02"}}, []record.ACL{request, procedure}},
		{"溫佩真, keeper of documents", record.Reader{Person: "P07", InHouse: true, Roles: []string{"documents/keeper"}}, []record.ACL{secret, procedure}},
		{"高若嵐, with leave for the category", record.Reader{Person: "P02", InHouse: true, Categories: []string{"audit/external"}}, []record.ACL{procedure, finding}},
		{"涂正宏, who reads all", record.Reader{Person: "P09", InHouse: true, ReadAll: true}, all},
		{"孟書瑜, outside auditor", record.Reader{Person: "X2", Categories: []string{"audit/external"}}, []record.ACL{finding}},
		{"nobody", record.Reader{}, nil},
	}
	for _, test := range tests {
		t.Run(test.who, func(t *testing.T) {
			var want []string
			for _, a := range test.want {
				want = append(want, a.ID)
			}
			slices.Sort(want)
			if got := record.Satisfied(all, test.reader); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestReadersAreNamedWhole(t *testing.T) {
	rule := record.NewACL("", "", "", "", record.ReaderPerson("P1"), record.ReaderPost(""), record.ReaderUnit(""))
	for _, r := range []record.Reader{{Person: "P11"}, {Person: "P"}, {Unit: "P1"}, {}} {
		if way, ok := r.Allows(rule); ok {
			t.Errorf("%+v may read as %q", r, way)
		}
	}
	if way, ok := (record.Reader{Person: "P1"}).Allows(rule); !ok || way != record.ByName {
		t.Errorf("P1 is named: %q %v", way, ok)
	}
}
