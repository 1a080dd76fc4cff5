package workflow

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func stepNamed(id string) Node { return Node{Step: &Step{ID: id, Kind: KindReview}} }

// inOneLine writes a tree in one line: what stands in which order, and what lies in what.
func inOneLine(n Node) string {
	var kids []string
	for _, k := range n.Below() {
		kids = append(kids, inOneLine(k))
	}
	inside := strings.Join(kids, " ")
	if n.Sequence != nil {
		return "(" + inside + ")"
	}
	if len(kids) == 0 {
		return n.ID()
	}
	return n.ID() + "[" + inside + "]"
}

func twoBranches() Flow {
	return Flow{Root: Node{Sequence: []Node{
		stepNamed("head"),
		{Parallel: &Parallel{ID: "together", Branches: []Node{stepNamed("law"), stepNamed("money")}}},
		{Choice: &Choice{ID: "which", Cases: []Case{{When: "large", Then: stepNamed("chief")}}, Else: &Node{Sequence: []Node{stepNamed("clerk"), stepNamed("desk")}}}},
		{Repeat: &Repeat{ID: "again", Body: stepNamed("test")}},
	}}}
}

func TestAFlowIsEditedPlaceByPlace(t *testing.T) {
	const whole = "(head together[law money] which[chief (clerk desk)] again[test])"
	if got := inOneLine(twoBranches().Root); got != whole {
		t.Fatalf("the flow is %s", got)
	}
	for _, c := range []struct {
		name string
		edit func(Flow) (Flow, error)
		want string
	}{
		{"after a step", func(f Flow) (Flow, error) { return f.After("root.sequence[0]", stepNamed("x")) }, "(head x together[law money] which[chief (clerk desk)] again[test])"},
		{"before the first", func(f Flow) (Flow, error) { return f.Before("root.sequence[0]", stepNamed("x")) }, "(x head together[law money] which[chief (clerk desk)] again[test])"},
		{"behind the whole", func(f Flow) (Flow, error) { return f.After("root", stepNamed("x")) }, "(head together[law money] which[chief (clerk desk)] again[test] x)"},
		{"in a branch", func(f Flow) (Flow, error) {
			return f.After("root.sequence[1].parallel.branches[0]", stepNamed("x"))
		}, "(head together[(law x) money] which[chief (clerk desk)] again[test])"},
		{"a branch more", func(f Flow) (Flow, error) { return f.Within("root.sequence[1]", Case{Then: stepNamed("x")}) }, "(head together[law money x] which[chief (clerk desk)] again[test])"},
		{"a condition more", func(f Flow) (Flow, error) {
			return f.Within("root.sequence[2]", Case{When: "small", Then: stepNamed("x")})
		}, "(head together[law money] which[chief x (clerk desk)] again[test])"},
		{"a step less", func(f Flow) (Flow, error) { return f.Without("root.sequence[0]") }, "(together[law money] which[chief (clerk desk)] again[test])"},
		{"a branch less", func(f Flow) (Flow, error) { return f.Without("root.sequence[1].parallel.branches[1]") }, "(head together[law] which[chief (clerk desk)] again[test])"},
		{"without otherwise", func(f Flow) (Flow, error) { return f.Without("root.sequence[2].choice.else") }, "(head together[law money] which[chief] again[test])"},
		{"one of two left", func(f Flow) (Flow, error) { return f.Without("root.sequence[2].choice.else.sequence[0]") }, "(head together[law money] which[chief desk] again[test])"},
		{"nothing to repeat", func(f Flow) (Flow, error) { return f.Without("root.sequence[3].repeat.body") }, "(head together[law money] which[chief (clerk desk)] again[()])"},
		{"earlier", func(f Flow) (Flow, error) { return f.Move("root.sequence[1]", -1) }, "(together[law money] head which[chief (clerk desk)] again[test])"},
		{"later", func(f Flow) (Flow, error) { return f.Move("root.sequence[1].parallel.branches[0]", 1) }, "(head together[money law] which[chief (clerk desk)] again[test])"},
		{"first of all stays", func(f Flow) (Flow, error) { return f.Move("root.sequence[0]", -1) }, whole},
		{"another in its place", func(f Flow) (Flow, error) {
			return f.Put("root.sequence[2].choice.cases[0].then", stepNamed("x"))
		}, "(head together[law money] which[x (clerk desk)] again[test])"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := twoBranches()
			got, err := c.edit(before)
			if err != nil {
				t.Fatal(err)
			}
			if d := inOneLine(got.Root); d != c.want {
				t.Errorf("got  %s\nwant %s", d, c.want)
			}
			if d := inOneLine(before.Root); d != whole {
				t.Errorf("the flow that was edited became %s", d)
			}
		})
	}
}

func TestAPlaceThatIsNoneIsSaid(t *testing.T) {
	for _, path := range []string{
		"", "root.", "foot", "root.sequence[9]", "root.sequence[-1]", "root.sequence[x]", "root.sequence[0", "root.sequence[0].step", "root.parallel.branches[0]",
		"root.sequence[2].choice.cases[0]", "root.sequence[2].choice.cases[4].then", "root.sequence[0].choice.else", "root.sequence[1].repeat.body",
	} {
		if _, err := twoBranches().Without(path); !errors.Is(err, ErrNoPlace) {
			t.Errorf("%q: %v", path, err)
		}
	}
	if _, err := twoBranches().Within("root.sequence[0]", Case{}); !errors.Is(err, ErrNoPlace) {
		t.Errorf("a branch in a step: %v", err)
	}
}

// Whatever is done to a flow, nothing is lost but what was taken away, and each place that
// Compile could name is found.
func TestEditsLoseNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := twoBranches()
		for range rapid.IntRange(1, 20).Draw(rt, "edits") {
			paths := places(f)
			path := rapid.SampledFrom(paths).Draw(rt, "path")
			ids := idsIn(f)
			n := stepNamed(f.FreshID("n"))
			if slices.Contains(ids, n.Step.ID) {
				rt.Fatalf("%s is not fresh", n.Step.ID)
			}
			var err error
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0:
				f, err = f.After(path, n)
				ids = append(ids, n.Step.ID)
			case 1:
				f, err = f.Before(path, n)
				ids = append(ids, n.Step.ID)
			case 2:
				f, err = f.Move(path, rapid.SampledFrom([]int{-1, 1}).Draw(rt, "by"))
			case 3:
				at, _ := f.At(path)
				gone := map[string]bool{}
				at.each(func(n Node) { gone[n.ID()] = true })
				f, err = f.Without(path)
				ids = slices.DeleteFunc(ids, func(id string) bool { return gone[id] })
			}
			if err != nil {
				rt.Fatalf("%s: %v", path, err)
			}
			got := idsIn(f)
			slices.Sort(got)
			slices.Sort(ids)
			if !slices.Equal(got, ids) {
				rt.Fatalf("%s: nodes %v, want %v", path, got, ids)
			}
		}
	})
}

func idsIn(f Flow) []string {
	var out []string
	f.Root.each(func(n Node) {
		if id := n.ID(); id != "" {
			out = append(out, id)
		}
	})
	return out
}

// places are the paths of all nodes, as Compile writes them.
func places(f Flow) []string {
	k := &checker{c: &Compiled{flow: f, byID: map[string]*place{}}}
	k.lay(&k.c.flow.Root, "root", nil, 1)
	var out []string
	for _, p := range k.c.places {
		out = append(out, p.path)
	}
	return out
}
