/** Runs before the first paint, so that a dark page never flashes white. */
export const themeScript =
  "try{var t=localStorage.getItem('theme');if(t)document.documentElement.dataset.theme=t}catch(e){}";
