package ismskit

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// A class that nobody knows, as of a program that is newer, is read as the highest: what has it is in
// no message, a request about it is of it, and nobody reads it because it is unknown.
func TestAClassThatNobodyKnowsIsTheHighest(t *testing.T) {
	const unknown = "絕對機密"
	scale := standardClasses
	for _, known := range []string{"", ClassGeneral, ClassInternal, ClassConfidential, ClassSecret} {
		if scale.higher(known, unknown) != unknown || scale.higher(unknown, known) != unknown {
			t.Errorf("%q is higher", known)
		}
	}
	if scale.Confidential("內部使用") || !scale.Confidential("密") {
		t.Error("a type's class is not known by its name")
	}
	if !scale.Confidential(unknown) || slices.Contains(scale.open(), unknown) || scale.Confidential("") || scale.Confidential(ClassInternal) {
		t.Error("it is told of, or read, as what is open")
	}
}

// The order is that of the places, whatever the classes are called and whenever they came.
func TestClassesAreInTheOrderOfTheirPlaces(t *testing.T) {
	named := func(id, title string, place int64, open, retired bool) Class {
		return Class{ID: id, Title: forms.Text{"zh-TW": title}, Place: place, Open: open, Retired: retired}
	}
	top := named("top", "極機密", 50, false, false)
	limited := named("limited", "限閱", 25, false, false)
	public := named("public", "公開", 5, true, false)
	for name, test := range map[string]struct {
		some                          []Class
		order, open, choices, highest string
		usual                         string
	}{
		"as it comes":       {nil, "general internal confidential secret", "general internal", "general internal confidential secret", "secret", "internal"},
		"above and between": {[]Class{top, limited}, "general internal limited confidential secret top", "general internal", "general internal limited confidential secret top", "top", "internal"},
		"below":             {[]Class{public}, "public general internal confidential secret", "public general internal", "public general internal confidential secret", "secret", "internal"},
		"another place":     {[]Class{named(ClassSecret, "機密", 29, false, false)}, "general internal secret confidential", "general internal", "general internal secret confidential", "confidential", "internal"},
		"one retired":       {[]Class{named(ClassSecret, "機密", 40, false, true)}, "general internal confidential secret", "general internal", "general internal confidential", "secret", "internal"},
		"the usual retired": {[]Class{named(ClassInternal, "內部使用", 20, true, true)}, "general internal confidential secret", "general internal", "general confidential secret", "secret", "general"},
	} {
		scale := standardClasses.with(test.some...)
		ids := func(all Classes) string {
			var out []string
			for _, one := range all {
				out = append(out, one.ID)
			}
			return strings.Join(out, " ")
		}
		if got := ids(scale); got != test.order {
			t.Errorf("%s: order %q, want %q", name, got, test.order)
		}
		if got := strings.TrimSpace(strings.Join(scale.open(), " ")); got != test.open {
			t.Errorf("%s: open %q, want %q", name, got, test.open)
		}
		if got := ids(scale.Choices("")); got != test.choices || scale.highest() != test.highest || scale.Usual() != test.usual {
			t.Errorf("%s: choices %q, highest %q, usual %q", name, got, scale.highest(), scale.Usual())
		}
		for i := range scale[1:] {
			if low, high := scale[i].ID, scale[i+1].ID; scale.higher(low, high) != high || scale.higher(high, low) != high {
				t.Errorf("%s: %s is not above %s", name, high, low)
			}
		}
	}
}

// A scale that nobody has filled in is the one that the program brings, in every answer.
func TestAnEmptyScaleIsTheOneThatTheProgramBrings(t *testing.T) {
	var none Classes
	if none.highest() != ClassSecret || none.Usual() != ClassInternal || len(none.Choices("")) != 4 || none.higher(ClassGeneral, ClassConfidential) != ClassConfidential || !slices.Equal(none.open(), standardClasses.open()) || !none.fits(ClassSecret, "") {
		t.Errorf("highest %q, usual %q, choices %v, open %v", none.highest(), none.Usual(), none.Choices(""), none.open())
	}
}

// What has a class that the scale does not know, or has it by its first name, is asked about with that
// class among the choices: nothing gets a lower one because nobody chose.
func TestThePresentClassIsAlwaysAmongTheChoices(t *testing.T) {
	for present, name := range map[string]string{"密": "密", "nobody-knows": "nobody-knows", ClassSecret: "機密"} {
		choices := standardClasses.Choices(present)
		if at := slices.IndexFunc(choices, func(c Class) bool { return c.ID == present }); at < 0 || choices[at].Title.In("zh-TW") != name || choices[0].ID != ClassGeneral {
			t.Errorf("%s: %+v", present, choices)
		}
	}
}
