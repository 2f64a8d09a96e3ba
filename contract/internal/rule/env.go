package rule

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/ext"
)

// The limits of an expression. They are far above what a rule needs, and keep a
// hostile contract from exhausting whoever loads it.
const (
	maxBytes   = 4096
	maxDepth   = 100
	maxNodes   = 10_000
	maxRegexp  = 1_000
	maxCost    = 1_000_000 // in CEL's units; about 0.1 s
	maxJoined  = 10_000    // items of a list made of two
	maxNesting = 3         // loops within loops, or over the results of others
)

// An Env knows the members that rules may read; one serves every rule of an
// operation. It is safe for concurrent use.
type Env struct {
	cel     *cel.Env
	objects *objects
	roots   map[string]*Field
}

// base has what all environments share: the standard library, checked once.
// Environments that extend it cost a fifth of new ones.
var base = sync.OnceValues(func() (*cel.Env, error) {
	// CEL has error values that all evaluations share, and writes into each the place
	// where it first occurred. Doing that here keeps evaluations from racing to it.
	types.LabelErrNode(1, types.NoSuchOverloadErr())
	types.LabelErrNode(1, types.Int(math.MaxInt64).ConvertToType(types.TimestampType))

	return cel.NewEnv(append(sortFunctions(),
		cel.EnableIdentifierEscapeSyntax(),
		cel.CrossTypeNumericComparisons(true),
		cel.EnableMacroCallTracking(), // to write a comparison as it was written
		cel.ExtendedValidations(),
		cel.ASTValidators(cel.ValidateComprehensionNestingLimit(maxNesting)),
		cel.ParserRecursionLimit(maxDepth),
		cel.ExpressionNodeLimit(maxNodes),
		cel.RegexProgramSizeLimit(maxRegexp),
		// Later versions, and replace, can make strings grow exponentially.
		ext.Strings(ext.StringsVersion(0)),
		cel.Function("replace", cel.DisableDeclaration(true), cel.MemberOverload("string_replace_string_string",
			[]*cel.Type{cel.StringType, cel.StringType, cel.StringType}, cel.StringType)),
		cel.EagerlyValidateDeclarations(true),
	)...)
})

// NewEnv makes an environment of the variables path, query, header, cookie (each
// an Object) and body (of any kind), and of what answers it: status (an Int),
// answer (of any kind) and answerHeader (an Object). Groups of a request that are
// not given have no members; another variable that is not given cannot be named.
// The variable now, a timestamp, is always there.
//
// It is an error if a variable is unknown or given twice, if two members of an
// object are called alike once names have aliases (see the package
// documentation), or if a domain or sample is not in the Go form of its kind.
func NewEnv(given []Field) (*Env, error) {
	shared, err := base()
	if err != nil {
		return nil, fmt.Errorf("set up CEL: %w", err)
	}
	roots, err := rootsOf(given)
	if err != nil {
		return nil, err
	}
	env := &Env{roots: roots, objects: &objects{Provider: shared.CELTypeProvider(), byName: map[string]*object{}}}
	env.cel, err = env.extend(shared, env.objects)
	return env, err
}

// extend adds the variables to an environment, typed by a provider.
func (e *Env) extend(parent *cel.Env, provider *objects) (*cel.Env, error) {
	options := []cel.EnvOption{cel.CustomTypeProvider(provider), cel.Variable(requestTime.name, cel.TimestampType)}
	for _, v := range variables {
		if root := e.roots[v.name]; root != nil {
			options = append(options, cel.Variable(v.name, provider.celType([]string{v.name}, root.Type)))
		}
	}
	extended, err := parent.Extend(options...)
	if err != nil {
		return nil, fmt.Errorf("declare the variables in CEL: %w", err)
	}
	return extended, nil
}

func rootsOf(given []Field) (map[string]*Field, error) {
	roots := map[string]*Field{}
	checked := map[*Type]bool{}
	given = slices.Clone(given) // kept: the caller's may change
	for i := range given {
		field := &given[i]
		at := slices.IndexFunc(variables, func(v variable) bool { return v.name == field.Name })
		switch {
		case at < 0:
			return nil, fmt.Errorf("no variable is called %q: there are %s", field.Name, strings.Join(named(variables), ", "))
		case roots[field.Name] != nil:
			return nil, fmt.Errorf("the variable %s is given twice", field.Name)
		case variables[at].kind != Any && field.Type.kind() != variables[at].kind:
			return nil, fmt.Errorf("the variable %s is of kind %s, not %s", field.Name, field.Type.kind(), variables[at].kind)
		}
		if err := field.check([]string{field.Name}, checked); err != nil {
			return nil, err
		}
		roots[field.Name] = field
	}
	for _, v := range variables {
		if roots[v.name] == nil && v.parameters {
			roots[v.name] = &Field{Name: v.name, Required: true, Type: &Type{Kind: Object}}
		}
	}
	return roots, nil
}

// check finds mistakes in a field and in what is below it.
func (f *Field) check(path []string, checked map[*Type]bool) error {
	for _, value := range slices.Concat(f.Domain, f.Samples) {
		if !f.Type.has(value) {
			return fmt.Errorf("%s: the value %s is not in the Go form of kind %s", Spell(path), describe(value), f.Type.kind())
		}
	}
	return f.Type.check(path, checked)
}

func (t *Type) check(path []string, checked map[*Type]bool) error {
	if t == nil || checked[t] {
		return nil
	}
	checked[t] = true
	keys := map[string]string{}
	for i := range t.Fields {
		field := &t.Fields[i]
		if field.Name == "" {
			return fmt.Errorf("%s has a member without a name", Spell(path))
		}
		k := key(field.Name)
		if other, taken := keys[k]; taken {
			return fmt.Errorf("%s: rules would call both %q and %q %s", Spell(path), other, field.Name, spell(field.Name))
		}
		keys[k] = field.Name
		if err := field.check(join(path, field.Name), checked); err != nil {
			return err
		}
	}
	return t.Elem.check(join(path, item), checked)
}

// has tells whether a value is in the Go form of a type, all the way down.
func (t *Type) has(value any) bool {
	if t.kind() == Any || value == nil {
		return true
	}
	if _, ok := convert(t.Kind, value); !ok {
		return false
	}
	switch v := value.(type) {
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !t.Elem.has(item) })
	case map[string]any:
		for i := range t.Fields {
			if !t.Fields[i].Type.has(v[t.Fields[i].Name]) {
				return false
			}
		}
	}
	return true
}

// errUnfit replaces CEL's "no such overload".
var errUnfit = errors.New("a value is of a kind that its operator or function does not take")
