package forms

// CheckFile judges a file by the rules of the field, or column, at path before it is taken: its size, and its kind where the
// media type is known already. False says that it is refused, and why.
func (f *Form) CheckFile(path string, file File) (Fault, bool) {
	fl, rules, ok := f.fileRules(path)
	if !ok {
		return Fault{}, true
	}
	bad := rules.fits(file)
	if bad == nil {
		bad = rules.asNamed(file)
	}
	if bad != nil {
		return fl.fault(bad, 0, nil), false
	}
	return Fault{}, true
}

// FileKinds are the endings and media types of the files that the field, or column, at path takes, as a file dialog wants
// them; false where it takes none.
func (f *Form) FileKinds(path string) ([]string, bool) {
	_, rules, ok := f.fileRules(path)
	var out []string
	for _, kind := range rules.kinds {
		if endings, group := fileEndings[kind]; group {
			out = append(out, endings...)
		} else {
			out = append(out, kind)
		}
	}
	return out, ok
}

// MediaTypes are those of kinds of files as a file field names them: "pdf", "word", "image".
func MediaTypes(kinds ...string) []string {
	var out []string
	for _, kind := range kinds {
		out = append(out, fileKinds[kind]...)
	}
	return out
}

// FileKindNames are the kinds of files that the field, or column, at path takes, as people call them; "" where it takes
// none.
func (f *Form) FileKindNames(path, lang string) string {
	_, rules, _ := f.fileRules(path)
	return rules.kindNames().In(lang)
}

// FileMost is how many bytes each file of the field, or column, at path may have; 0 where it takes none.
func (f *Form) FileMost(path string) int64 {
	_, rules, _ := f.fileRules(path)
	return rules.max
}

func (f *Form) fileRules(path string) (*field, fileInput, bool) {
	fl := f.find(path)
	if fl == nil {
		return nil, fileInput{}, false
	}
	rules, ok := rulesOf(fl)
	return fl, rules, ok
}

// rulesOf are the rules for the files of a field; false where it takes none.
func rulesOf(fl *field) (fileInput, bool) {
	in := fl.input
	if many, ok := in.(manyInput[File]); ok {
		in = many.of
	}
	rules, ok := in.(fileInput)
	return rules, ok
}
