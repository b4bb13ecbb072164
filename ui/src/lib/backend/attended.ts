import type { Backend } from './backend';

/** The backend, telling when none of the calls is under way any more in which the platform may want another sign-in. */
export function attended(backend: Backend, over: () => void): Backend {
  let underWay = 0;
  const told = <Given extends unknown[], Answer>(call: (...given: Given) => Promise<Answer>) => async (...given: Given): Promise<Answer> => {
    underWay += 1;
    try {
      return await call(...given);
    } finally {
      underWay -= 1;
      if (underWay === 0) over();
    }
  };
  return {
    ...backend,
    enrolBegin: told(backend.enrolBegin),
    enrolConfirm: told(backend.enrolConfirm),
    recoveryCodesNew: told(backend.recoveryCodesNew),
    factorWithdraw: told(backend.factorWithdraw),
    factorMove: told(backend.factorMove),
    orgMembers: told(backend.orgMembers),
    orgRemind: told(backend.orgRemind),
    orgEnforce: told(backend.orgEnforce),
  };
}
