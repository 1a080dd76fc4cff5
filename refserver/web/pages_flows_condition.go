package web

import (
	"github.com/ismskit/ismskit/forms"
)

// doBuild puts the comparisons that were chosen into their conditions, and shows the form again.
const doBuild = "build"

// build does that with what was filled in. What is wrong with a comparison stays beside it.
func (n flowNodeForm) build(f *filled) forms.Invalid {
	values, changed, wrong := n.form.Built(f.values)
	f.values = values
	for name, texts := range changed {
		if delete(f.posted, name); texts != nil {
			f.posted[name] = texts
		}
	}
	return wrong
}
