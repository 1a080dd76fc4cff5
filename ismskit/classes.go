package ismskit

import (
	"cmp"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// The classes of confidentiality that the program brings, as rows of register.Classes. A house gives
// them other names and places, retires them, and adds its own.
const (
	ClassGeneral      = "general"      // 一般
	ClassInternal     = "internal"     // 內部使用
	ClassConfidential = "confidential" // 密
	ClassSecret       = "secret"       // 機密
)

// Class is one class of the house's scale of confidentiality (機密等級).
type Class struct {
	ID    string
	Title forms.Text
	// Place is where it stands in the order: the higher, the more confidential.
	Place int64
	// Open says that everybody of the house may read documents of the class. One that isn't is read by
	// the named alone, and of what has it messages say only that something waits (K18): both follow from
	// the one rule, for a message goes to where nobody asks who reads it. It never changes.
	Open bool
	// Retired says that it can't be chosen any more; what carries it keeps it.
	Retired bool
}

// Classes are a scale of confidentiality, from the lowest class up. The zero value is the one that the
// program brings.
type Classes []Class

// standardClasses are those that the program brings. They hold also before Kit.Start has put them on
// the list.
var standardClasses = Classes{
	{ID: ClassGeneral, Title: forms.Text{"zh-TW": "一般", "en": "General"}, Place: 10, Open: true},
	{ID: ClassInternal, Title: forms.Text{"zh-TW": "內部使用", "en": "Internal"}, Place: 20, Open: true},
	{ID: ClassConfidential, Title: forms.Text{"zh-TW": "密", "en": "Confidential"}, Place: 30},
	{ID: ClassSecret, Title: forms.Text{"zh-TW": "機密", "en": "Secret"}, Place: 40},
}

// orStandard is the scale itself, and the one that the program brings for the zero value.
func (c Classes) orStandard() Classes {
	if len(c) == 0 {
		return standardClasses
	}
	return c
}

// Of is the class of an id. A type of a host may call one that the program brings by its first name.
func (c Classes) Of(id string) (Class, bool) {
	c = c.orStandard()
	at := slices.IndexFunc(c, func(one Class) bool { return one.ID == id })
	if at < 0 {
		called := slices.IndexFunc(standardClasses, func(one Class) bool { return one.Title["zh-TW"] == id })
		if called < 0 {
			return Class{}, false
		}
		at = slices.IndexFunc(c, func(one Class) bool { return one.ID == standardClasses[called].ID })
	}
	if at < 0 {
		return Class{}, false
	}
	return c[at], true
}

// Name is what a class is called; one that nobody knows is called by its id.
func (c Classes) Name(id, lang string) string {
	class, ok := c.Of(id)
	if !ok {
		return id
	}
	return class.Title.In(lang)
}

// Confidential says that what has the class is read by the named alone, so that messages about it say
// only that something waits (K18). One that nobody knows is confidential; what has none is not.
func (c Classes) Confidential(id string) bool {
	class, ok := c.Of(id)
	return id != "" && (!ok || !class.Open)
}

// Choices are the classes that can be chosen: those that are not retired, and the present one, last
// where it is not on the scale by its id.
func (c Classes) Choices(present string) Classes {
	choices := slices.DeleteFunc(slices.Clone(c.orStandard()), func(one Class) bool { return one.Retired && one.ID != present })
	if present == "" || choices.has(present) {
		return choices
	}
	one, known := c.Of(present)
	if !known {
		one.Title = forms.Text{"zh-TW": present}
	}
	one.ID = present
	return append(choices, one)
}

// fits says whether a class may be given to what has the present one: it can be chosen, or stays.
func (c Classes) fits(class, present string) bool {
	return class == present || c.Choices("").has(class)
}

func (c Classes) has(id string) bool {
	return slices.ContainsFunc(c.orStandard(), func(one Class) bool { return one.ID == id })
}

// Usual is the class that is proposed, and that a line of an import has which names none: the one for
// internal use, and where that is retired the highest that everybody of the house may read.
func (c Classes) Usual() string {
	choices := c.Choices("")
	if one, ok := choices.Of(ClassInternal); ok {
		return one.ID
	}
	for _, one := range slices.Backward(choices) {
		if one.Open {
			return one.ID
		}
	}
	return ""
}

// rank is how high a class is: 0 for none. One that nobody knows is the highest, never the lowest.
func (c Classes) rank(id string) int {
	c = c.orStandard()
	if id == "" {
		return 0
	}
	class, ok := c.Of(id)
	if !ok {
		return len(c) + 1
	}
	return slices.IndexFunc(c, func(one Class) bool { return one.ID == class.ID }) + 1
}

// higher is the higher one of two classes.
func (c Classes) higher(a, b string) string {
	if c.rank(a) > c.rank(b) {
		return a
	}
	return b
}

// highest is the class above all others.
func (c Classes) highest() string {
	c = c.orStandard()
	return c[len(c)-1].ID
}

// open are the classes of documents that everybody of the house may read.
func (c Classes) open() []string {
	ids := []string{""}
	for _, one := range c.orStandard() {
		if one.Open {
			ids = append(ids, one.ID)
		}
	}
	return ids
}

// with is the scale with some rows of the list in it, in order.
func (c Classes) with(some ...Class) Classes {
	all := slices.Clone(c)
	for _, one := range some {
		if at := slices.IndexFunc(all, func(has Class) bool { return has.ID == one.ID }); at >= 0 {
			all[at] = one
		} else {
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b Class) int { return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.ID, b.ID)) })
	return all
}

// Fields of a row of the list of classes, and its reading rules.
const (
	classPlace   = "place"
	classReaders = "readers"
	classRetired = "retired"
	readersHouse = "house"
	readersNamed = "named"
)

// classOf reads a row of the list.
func (k *Kit) classOf(row register.Row) (Class, error) {
	cells, err := k.lists.Cells(row)
	if err != nil {
		return Class{}, err
	}
	titles, err := k.titles([]register.Row{row})
	return Class{
		ID: row.ID, Title: titles, Place: cells.Number(classPlace),
		Open: cells.Text(classReaders) == readersHouse, Retired: cells.Flag(classRetired),
	}, err
}

// classesOf is the scale that the rows of the list make, with what the program brings.
func (k *Kit) classesOf(rows []register.Row) (Classes, error) {
	some := make([]Class, 0, len(rows))
	for _, row := range rows {
		one, err := k.classOf(row)
		if err != nil {
			return nil, err
		}
		some = append(some, one)
	}
	return standardClasses.with(some...), nil
}
