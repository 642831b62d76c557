package web

import (
	"context"
	"net/http"
	"strings"

	"hookline/internal/hookline"
	"hookline/internal/recipe"
	"hookline/internal/requestbin"
	"hookline/views"
)

// recipeForm is a recipe while somebody fills it in.
type recipeForm struct {
	recipe  *recipe.Recipe
	values  map[string]string // by the fields' names, as they were typed
	target  target
	bin     bool // it sends to a bin of its own at first
	trouble hookline.Error
}

// readRecipe reads what was posted, right or wrong.
func (s *server) readRecipe(r *http.Request) (recipeForm, error) {
	found, err := s.theRecipe(r)
	if err != nil {
		return recipeForm{}, err
	}
	f := recipeForm{recipe: found, values: map[string]string{}, target: readTarget(r), bin: r.PostFormValue("try") == "bin"}
	for _, field := range found.Fields {
		f.values[field.Name] = trimmed(r, views.RecipeField(field.Name))
	}
	return f, nil
}

// useRecipe makes an action of a recipe, which is off, and opens its composer. A form that is refused comes back with
// everything that was typed.
func (s *server) useRecipe(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readRecipe(r)
	if err != nil {
		return err
	}
	a, err := s.cook(r, f)
	var wrong bool
	if f.trouble, wrong = onForm(err); wrong {
		return s.showRecipeForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	text := "The action is made, and off. Look it through, then press “Save and enable”."
	if f.bin {
		text = "The action is made, and off. It sends to the new bin “" + binName(f.recipe) + "” for now: enable it, let an event come in, and look under Bins at what arrived."
	}
	return s.done(w, r, actionPath(a), text)
}

// cook makes the action. Everything is checked before anything is made.
func (s *server) cook(r *http.Request, f recipeForm) (hookline.Action, error) {
	ctx := r.Context()
	wrong := map[string]string{}
	for name, problem := range f.recipe.Check(f.values) {
		wrong[views.RecipeField(name)] = problem
	}
	a := hookline.Action{Name: f.recipe.Action, Trigger: f.recipe.Trigger, Template: f.recipe.Template(f.values), Batching: hookline.NewBatching()}
	if len(wrong) == 0 {
		wrong = f.refusedAddress(s.checkAddress(ctx, a.Template.URL))
		addWrong(wrong, a.Validate())
	}
	d, err := s.findTarget(ctx, f.target, 1, wrong)
	if err != nil {
		return a, err
	}
	if len(wrong) > 0 {
		return a, hookline.Invalid("The recipe was not used.", wrong)
	}
	if d, err = s.makeTarget(ctx, d); err != nil {
		return a, err
	}
	if f.bin {
		if a.Template.URL, err = s.atNewBin(ctx, f.recipe, a.Template.URL); err != nil {
			return a, err
		}
	}
	return s.makeOff(r, d, a)
}

// refusedAddress says at the field that the address is made of why it cannot be used.
func (f recipeForm) refusedAddress(err error) map[string]string {
	wrong := map[string]string{}
	addWrong(wrong, err)
	if problem := wrong["url"]; problem != "" && f.recipe.AddressField() != "" {
		return map[string]string{views.RecipeField(f.recipe.AddressField()): problem}
	}
	return wrong
}

func binName(r *recipe.Recipe) string { return "Try: " + r.Name }

// atNewBin makes a bin that answers as the service would, and gives the address with the bin in place of the service.
// Path, query, user and password stay, so that the bin shows them.
func (s *server) atNewBin(ctx context.Context, r *recipe.Recipe, address string) (string, error) {
	script := hookline.NewBinScript()
	if strings.HasPrefix(strings.TrimSpace(r.Answer.Body), "{") {
		script.Body = r.Answer.Body
	}
	bin, err := s.Store.CreateBin(ctx, hookline.Bin{Name: binName(r), Script: script})
	if err != nil {
		return "", err
	}
	return moved(address, s.base.String()+requestbin.Path(bin.ID)), nil
}

// moved is an address below another one.
func moved(address, below string) string {
	_, rest, _ := strings.Cut(address, "://")
	authority, tail := rest, ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority, tail = rest[:end], rest[end:]
	}
	user := authority[:strings.LastIndexByte(authority, '@')+1]
	scheme, host, _ := strings.Cut(below, "://")
	return scheme + "://" + user + host + tail
}
