package forms

// CheckFile judges a file by the rules of the field, or column, at path before it is taken: its size, and its kind where the
// media type is known already. False says that it is refused, and why.
func (f *Form) CheckFile(path string, file File) (Fault, bool) {
	fl := f.find(path)
	if fl == nil {
		return Fault{}, true
	}
	in := fl.input
	if many, ok := in.(manyInput[File]); ok {
		in = many.of
	}
	rules, ok := in.(fileInput)
	if !ok {
		return Fault{}, true
	}
	if bad := rules.fits(file); bad != nil {
		return fl.fault(bad, 0, nil), false
	}
	return Fault{}, true
}
