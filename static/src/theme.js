// Loaded in <head> before the style sheet paints anything, so that a dark page never flashes white.
// It also tells the style sheet that scripts run: what only a script can open stays open without one.
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto"; // storage may be forbidden
    }
  };

  const paint = () => {
    const choice = chosen();
    root.dataset.theme = choice;
    root.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    document.dispatchEvent(new CustomEvent("themechange"));
  };

  root.classList.add("js");
  paint();
  dark.addEventListener("change", paint);
  addEventListener("storage", paint); // another tab chose
  document.addEventListener("themechoose", (event) => {
    try {
      localStorage.setItem("theme", event.detail);
    } catch {
      root.dataset.theme = event.detail;
    }
    paint();
  });
}
