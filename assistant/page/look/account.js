// Who is signed out meanwhile goes to the page to sign in on: nothing here would answer them any more.
const asked = window.fetch;
window.fetch = async (...what) => {
  const answer = await asked(...what);
  if (answer.status === 401) location.assign('/sign-in?ended');
  return answer;
};
