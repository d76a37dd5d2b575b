//! The table of words and idioms: one line for each part that they can play, idioms between commas.
//!
//! Hyphens are left out, since they part words. An idiom wins over a shorter one at the same place, so
//! that `no more than` is a most and no negation. Add a word where it can change nothing else.

use super::super::tags::Tag::{self, *};

/// Parts, and what plays them.
pub(super) const TABLE: &[(&[Tag], &str)] = &[
    // Words that change nothing.
    (
        &[Filler],
        "a,an,the,my,our,your,mine,ours,this,that,these,those,it,its,it's,them,they,there,there's,here",
    ),
    (
        &[Filler],
        "thats,that's,what's,whats,i,we,you,me,us,myself,ourselves,yourself,i'd,i'll,i'm,i've,we'd,we'll",
    ),
    (&[Filler], "we're,we've,you'd,id like,i d,im,ive,let's,lets,one's,which,who,whose,where,whatever i own"),
    (
        &[Filler],
        "is,are,be,being,been,am,'s,to,of,in,on,at,for,from,with,by,as,into,onto,so,also,as well,either",
    ),
    (
        &[Filler],
        "do,does,did,please,pls,plz,kindly,thanks,thank you,thx,cheers,ta,hi,hello,hey,hi there,good morning",
    ),
    (
        &[Filler],
        "would,should,shall,will,must,ought,want,wants,want you to,like,would like,wish,wishes,need,needs",
    ),
    (
        &[Filler],
        "have to,has to,got to,gotta,wanna,need to,needs to,just,simply,really,very,quite,rather a,basically",
    ),
    (
        &[Filler],
        "make sure,make sure to,be sure,ensure,see to it,make certain,take care,see that,i insist,mind you",
    ),
    (
        &[Filler],
        "remember,note,note that,fyi,btw,by the way,in general,generally,overall,in total,total,altogether",
    ),
    (&[Filler], "i think,i feel,i guess i,personally,in my opinion,imo,to be clear,for me,for my part,ones"),
    (
        &[Filler],
        "my wife and i,my husband and i,my partner and i,my wife wants us,my husband wants us,we both",
    ),
    (
        &[Filler],
        "of course,obviously,definitely,absolutely,strictly,certainly,honestly,frankly,seriously,literally",
    ),
    (
        &[Filler],
        "whatsoever,at all,period,full stop,no exceptions,end of story,no matter what,whatever happens",
    ),
    (
        &[Filler],
        "under any circumstances,in any circumstances,in any case,ever again,ever,anymore,any more please",
    ),
    (
        &[Filler],
        "right now,for now,now,at the moment,currently,from now on,going forward,in future,in the future",
    ),
    (
        &[Filler],
        "this year,this tax year,for the year,the year,in the year,today,these days,as of now,as a rule",
    ),
    (&[Filler], "my rule is,one rule,goal,my goal is,see,to see,access to,guarantee,carry"),
    (
        &[Filler],
        "first of all,firstly,secondly,thirdly,lastly,1st,also note,one more thing,another thing,plus also",
    ),
    (
        &[Filler],
        "way,thing,things,stuff,kind,kinds,sort,sorts,type,types,kind of,sort of,bit,lot of,amount,amount of",
    ),
    (
        &[Filler],
        "sitting,lying,sit,around there,set at,set,set to,put at,level,level of,value,worth of,equal to,when it comes to",
    ),
    (
        &[Filler],
        "as regards,regarding,concerning,re,about my,with regard to,in terms of,it comes to,anyone,everyone",
    ),
    (
        &[Filler],
        "man,mate,guys,team,folks,dear,sir,madam,regards,best,yours,sincerely,hope,fellas,advisor,adviser,equipoise",
    ),
    (
        &[Filler],
        "because i said so,that's all,thats all,nothing else,that is all,that's it,simple,simple as that,easy",
    ),
    (&[Filler], "such,whole,particular,specific,certain,given,actual,usual,related,based,linked"),
    (
        &[Filler],
        "be happy if,happy if,glad if,be glad if,i'd be happy if,i'd appreciate it if,appreciate it if,be nice if,like it if,love it if,be great if,would be great if,would be good if,be good if,prefer it if",
    ),
    (
        &[Filler],
        "when you sell,when selling,if you sell,if you must sell,when you have to sell,if you have to sell,when rebalancing,when you rebalance,whenever you sell",
    ),
    (
        &[Filler],
        "when you trade,when trading,when it comes to selling,if you need to sell,when you need to sell,for tax purposes,for tax reasons,tax wise,at all costs,at any cost",
    ),
    (
        &[Filler],
        "if anything has to be sold,if something has to be sold,when something has to be sold,if you do sell,when you do sell,if selling is needed,when picking investments",
    ),
    (
        &[Filler],
        "when you pick investments,when choosing investments,when you choose investments,when you invest,when investing,all in all,if you don't mind,if you please,if you would,when both exist,where both exist,if both exist,if both are available,when both are available,if available,where available,when available,if there is one,when there is one",
    ),
    (
        &[Buy],
        "when you buy,when buying,whenever you buy,if you buy,when you purchase,when you need to buy,whenever you purchase,when you are buying,any time you buy",
    ),
    (
        &[Past],
        "i kept,i held,i owned,i avoided,i sold,we kept,we sold,we held,we owned,i once,we once,i was,it was,they were,have been,has been,i had,we had,years ago",
    ),
    (&[And], "and,plus,&,as well as,along with,together with,then also,+,and also,and then,and too"),
    (&[Or], "or,nor,and/or,or else"),
    (&[But], "but,though,although,however,yet,but also"),
    // Forbidding.
    (
        &[Neg],
        "no,not,never,dont,don't,do not,doesn't,doesnt,does not,won't,wont,will not,can't,cant,cannot,can not",
    ),
    (
        &[Neg],
        "shouldn't,shouldnt,should not,mustn't,mustnt,must not,isn't,isnt,aren't,arent,not being,wouldn't,would not",
    ),
    (
        &[Neg],
        "may not,shall not,needs not to,don't ever,do not ever,dont ever,never ever,never again,not ever,without,none,zero",
    ),
    (
        &[Neg],
        "under no circumstances,in no case,on no account,by no means,in no way,no way,not okay,not ok,not fine,not allowed",
    ),
    (
        &[Neg],
        "not permitted,not acceptable,unacceptable,not going to,not want,don't want,dont want,do not want,don't want you to",
    ),
    (
        &[Neg],
        "don't wish,do not wish,don't you,don't you dare,not interested in,no interest in,neither,nor any,no longer,not any",
    ),
    (&[Neg], "i won't,i wont,we won't,ain't,aint,never want,never want to,would never,will never,must never"),
    (
        &[Neg],
        "should never,nowhere,not a single,not one,not even one,can never,shan't,rather not,prefer not,prefer not to",
    ),
    (
        &[Neg],
        "i'd rather not,would rather not,i'd rather you didn't,i'd rather you did not,rather you didn't,prefer that you didn't",
    ),
    (
        &[Neg],
        "prefer you didn't,prefer it if you didn't,prefer you not,prefer that you not,don't like,do not like,dont like,don't let",
    ),
    (
        &[Neg],
        "do not let,dont let,never let,not let,don't allow,do not allow,never allow,don't permit,don't go,never go,mind not",
    ),
    (&[Neg, Anything], "nothing,nothing at all,nothing whatsoever"),
    (
        &[Avoid],
        "avoid,avoids,avoiding,avoided,exclude,excludes,excluded,skip,skipping,skipped,steer clear of,stay clear of,keep clear of",
    ),
    (
        &[Avoid],
        "stay away from,keep away from,keep me away from,stay out of,keep out of,keep me out of,keep us out of,stay well away from",
    ),
    (
        &[Avoid],
        "steer me clear of,steer away from,shy away from,refrain from,boycott,boycotting,ban,banned,bans,leave out,leaving out,rule out",
    ),
    (
        &[Avoid],
        "ruled out,screen out,screened out,filter out,filtered out,cut out,weed out,forbid,forbidden,prohibit,prohibited,off the cards",
    ),
    (
        &[Avoid],
        "off the table,off the menu,out of the question,a no go,no go,taboo,hate,hates,detest,loathe,despise,can't stand,cannot stand",
    ),
    (
        &[Avoid],
        "against,opposed to,am opposed to,object to,immoral,unethical,evil,disgusting,i oppose,oppose,opposing,disapprove of,abhor",
    ),
    (
        &[Avoid],
        "nothing to do with,want nothing to do with,don't want anything to do with,no part of,want no part of",
    ),
    (
        &[Avoid],
        "eschew,shun,blacklist,blacklisted,veto,keep free of,free of,free from,free,keep clear,well away from,don't believe in",
    ),
    (
        &[Avoid],
        "do not believe in,dont believe in,don't approve of,do not approve of,not a fan of,not comfortable with,uncomfortable with",
    ),
    (
        &[Avoid],
        "omit,omitting,pass on,pass over,leave aside,nix,stop,stop any,quit,cease,halt,not for me,i'm against",
    ),
    (
        &[Avoid],
        "ditch,lose the idea of,not keen on,no fan of,don't support,do not support,won't support,refuse to support,not support,too much",
    ),
    (
        &[Avoid],
        "don't fund,do not fund,won't fund,not finance,don't finance,refuse,refuse to,decline to,resist",
    ),
    (
        &[Avoid],
        "makes me sick,make me sick,makes me uncomfortable,out,no thanks,not happy with,not happy about,sick of,tired of,fed up with,had it with,say no to,no to",
    ),
    (
        &[Avoid, Touch],
        "hands off,keep your hands off,off limits,off the menu for selling,untouchable,untouchables,leave alone,won't touch",
    ),
    (
        &[Avoid],
        "out of my portfolio,out of the portfolio,out of my account,out of my investments,out of my life,out of it,out of there,annoy me,annoys me,bother me,bothers me,drive me crazy,bug me",
    ),
    (
        &[Neg, Sell],
        "never let go of,not let go of,don't let go of,never let go,don't let go,do not let go of",
    ),
    (
        &[NoNeed],
        "no need to,no need for,no need,don't need to,don't need,do not need,do not need to,needn't,not necessary to,not necessary",
    ),
    (
        &[NoNeed],
        "don't have to,do not have to,dont have to,doesn't have to,not have to,doesn't matter,does not matter,don't care,dont care",
    ),
    (
        &[NoNeed],
        "do not care,couldn't care less,could not care less,not required,isn't required,not necessarily,no matter,never mind,nevermind",
    ),
    (
        &[NoNeed],
        "not important,isn't important,unimportant,don't worry about,do not worry about,don't worry,no preference,indifferent",
    ),
    (
        &[NoNeed],
        "no limit,no limits,no cap,no minimum,no maximum,no restriction,no restrictions,no ceiling,no floor,unlimited,without limit",
    ),
    (
        &[NoNeed],
        "no problem,not a problem,no objection,no objections,don't object,not against,not opposed to,nothing against,not bothered",
    ),
    (
        &[NoNeed],
        "not fussed,doesn't bother me,i'm easy,not a priority,don't cap,do not cap,don't limit,do not limit,doesn't need,isn't a concern",
    ),
    (
        &[NoNeed],
        "not a concern,not an issue,no issue with,no issues with,nothing wrong with,stop avoiding,stop excluding,no longer exclude",
    ),
    (
        &[NoNeed],
        "no longer avoid,don't avoid,do not avoid,don't exclude,do not exclude,no longer want to avoid,don't skip,not that i",
    ),
    // What is no wish at all.
    (
        &[Permit],
        "may,can,feel free,feel free to,go ahead,go ahead and,fine,ok,okay,alright,all right,allowed,permitted,allow,allows,acceptable",
    ),
    (
        &[Permit],
        "don't mind,do not mind,dont mind,wouldn't mind,happy to,happy with,happy for you to,happy about,welcome to,free to,at liberty to",
    ),
    (
        &[Permit],
        "comfortable with,comfortable,up for,open to,could,be my guest,by all means,sure,good with,cool with,cool,tolerate,accept,willing to",
    ),
    (
        &[Hedge],
        "maybe,perhaps,might,possibly,probably,not sure,unsure,i guess,thinking of,thinking about,considering,consider,wondering",
    ),
    (
        &[Hedge],
        "i wonder,undecided,tempted to,could be,haven't decided,don't know,dont know,do not know,dunno,no idea,not certain,depends",
    ),
    (
        &[Report],
        "says,said,say,told,tells,thinks,believes,recommends,recommended,suggests,suggested,advises,advised,according to,claims,heard,read",
    ),
    (
        &[Report],
        "he,she,his,her,him,neighbour,neighbor,brother,sister,friend,friends,dad,mum,mom,father,mother,son,daughter,boss,colleague,they say",
    ),
    (
        &[Report],
        "people,someone,somebody,others,experts,cnbc,bloomberg,reddit,the news,newspaper,article,analysts,analyst,uncle,aunt,cousin,guru",
    ),
    (
        &[Past],
        "was,were,used to,last year,last month,last week,yesterday,back in,previously,formerly,in the past,once upon,didn't,did not",
    ),
    (&[Past], "never bought,never sold,haven't,hasn't,hadn't,have never,has never,previous,went"),
    (
        &[Condition],
        "if,unless,until,till,when,whenever,while,as long as,so long as,provided,providing,in case,once it,once they,assuming,suppose",
    ),
    (
        &[Condition],
        "supposing,as soon as,only if,depending,depending on,by the time,should the,imagine,hypothetically,would have,were i,whether",
    ),
    (
        &[Except],
        "except,except for,except if,other than,apart from,besides,aside from,excepting,bar,with the exception of,save for",
    ),
    (&[Except], "all but,not counting,ignoring,unlike,beyond that"),
    (
        &[Reason],
        "because,cause,cos,coz,since,due to,given that,given,seeing as,as i,as we,as it,as they,in order to,so that,so as to,thanks to",
    ),
    (
        &[Asked],
        "should i,should we,shall i,shall we,what,what if,what about,why,how,how much,how many,how about,when will,when do,who is,which is,do you",
    ),
    (
        &[Asked, Filler],
        "does it,does the,is it,is there,are there,am i,have i,have we,has the,is my,are my,are we,would it,will it",
    ),
    (
        &[Asked],
        "did you,did we,did i,have you,was it,will you be,can i,can we,could i,could we,may i,may we,would i,explain,tell me,show me,wonder",
    ),
    (
        &[Request],
        "can you,could you,would you,will you,can you please,could you please,would you please,will you please,would you mind,could we please,can we please",
    ),
    (
        &[Request],
        "can i ask you to,could i ask you to,may i ask you to,i'd ask you to,i ask you to,i would ask you to,i am asking you to,can we,could we",
    ),
    // How firmly.
    (
        &[Soft],
        "if possible,if at all possible,where possible,whenever possible,when possible,as far as possible,as much as possible,if you can,if you could",
    ),
    (
        &[Soft],
        "where you can,when you can,wherever you can,wherever possible,as much as you can,as far as you can,as best you can,if feasible,if practical",
    ),
    (
        &[Soft],
        "where practical,where feasible,ideally,preferably,try to,try and,try,trying to,please try to,do your best to,do your best,aim to,aim for,aim",
    ),
    (
        &[Soft],
        "unless necessary,unless absolutely necessary,unless it's necessary,unless it is necessary,unless really necessary,unless strictly necessary",
    ),
    (
        &[Soft],
        "unless it's absolutely necessary,unless it is absolutely necessary,unless it's really necessary,unless it is really necessary,unless needed",
    ),
    (
        &[Soft],
        "unless you have to,unless you really have to,unless you absolutely have to,unless you must,unless there's no other way,unless there is no other way",
    ),
    (
        &[Soft],
        "unless unavoidable,unless it's unavoidable,unless it is unavoidable,unless you really must,unless you need to,unless you really need to,if you must not",
    ),
    (
        &[Soft],
        "unless there is no alternative,unless there's no alternative,unless there's no choice,unless there is no choice,unless we have to,unless forced to",
    ),
    (
        &[Soft],
        "unless you are forced to,unless you're forced to,unless forced,unless essential,unless it's essential,unless really needed,unless truly necessary",
    ),
    (
        &[Soft],
        "if it can be avoided,if it can be helped,if you can help it,if you can avoid it,if avoidable,where avoidable,to the extent possible,when you can avoid it",
    ),
    (
        &[Soft],
        "as a last resort,other than as a last resort,except as a last resort,except in an emergency,except when necessary,except where necessary,except if necessary",
    ),
    (
        &[Soft],
        "unless there really is no other way,only if necessary,only when necessary,only if you must,only if you have to,only as a last resort,unless it must be",
    ),
    (
        &[Soft, Neg],
        "try not to,try to not,aim not to,do your best not to,please try not to,ideally don't,not if you can help it,not if it can be avoided,not unless necessary",
    ),
    (&[Soft, Avoid], "try to avoid,try and avoid,aim to avoid,do your best to avoid"),
    (
        &[Always],
        "always,at all times,at any time,all the time,forever,permanently,constantly,at every moment,for good,for ever,anytime,all times,continuously",
    ),
    // How much.
    (
        &[Most],
        "at most,at the most,but no more than,but not more than,and no more than,but at most,but only up to,no more than,≤,< =,not more than,never more than,but not more,but no more,and no more,and not more,not any more than,but never more,up to,max",
    ),
    (
        &[Most],
        "maximum,maximum of,max of,a maximum of,a max of,maximally,cap,caps,capped,capping,cap of,limit,limits,limited,limiting,limit of,ceiling,upper limit,upper bound,tops",
    ),
    (
        &[Most],
        "as much as,as many as,as high as,as far as,not to exceed,not exceed,not exceeding,or less,or below,or lower,or fewer,or under,at or below,at or under,no greater than",
    ),
    (
        &[Most],
        "no higher than,no larger than,no bigger than,no over,not over,not above,no greater,not greater than,not higher than,not larger than,not bigger than,not beyond",
    ),
    (
        &[Most],
        "is the most,the most,the maximum,is enough,is plenty,the limit,no further than,not past,and that's it,and that's the ceiling,and no higher,but no higher,but not higher,and not higher",
    ),
    (
        &[Most],
        "nothing over,nothing above,nothing bigger than,nothing larger than,nothing more than,nothing beyond,top out at,max out at,topping out at,topped at,restrict,restricted,restrict to",
    ),
    (
        &[Most],
        "no more often than,not more often than,never more often than,no oftener than,not exceeding,without exceeding,not going over,without going over,stop at,but stop there,and stop there",
    ),
    (
        &[Most],
        "allowance,budget,budget of,at maximum,hard limit,hard cap,hard ceiling,absolute maximum,absolute max,upper,never exceeding,no longer than,never above,never over,never beyond",
    ),
    (
        &[Least],
        "at least,at the least,at the very least,no less than,not less than,never less than,minimum,minimum of,a minimum of,min,min of,floor,floor of,or more,or better,or higher,or above",
    ),
    (
        &[Least],
        "or longer,or greater,or larger,or bigger,and up,and above,and better,and higher,upwards,not below,never below,never under,no fewer than,not fewer than,no lower than,not lower than,not under",
    ),
    (
        &[Least],
        "no smaller than,not smaller than,never lower than,never smaller than,at a minimum,as a minimum,bare minimum,lower limit,lower bound,nothing below,nothing under,nothing less than",
    ),
    (
        &[Least],
        "nothing worse than,nothing lower than,nothing smaller than,no worse than,not worse than,nothing beneath,no shorter than,not shorter than,minimal,absolute minimum,not any lower than,upward",
    ),
    (
        &[Over],
        "over,above,more than,greater than,higher than,bigger than,larger than,exceed,exceeds,exceeding,beyond,in excess of,past,go over,goes over,going over,go above,goes above,surpass,rise above",
    ),
    (
        &[Over],
        "more often than,longer than,older than,get above,get over,gets over,grow past,grow beyond,grow above,exceed more than,top,bigger,larger,be more than,pass,go beyond,goes beyond,get past,get bigger than,get larger than",
    ),
    (
        &[Under],
        "under,below,less than,smaller than,fewer than,lower than,beneath,worse than,drop below,drops below,fall below,falls below,dip below,dips below,go below,goes below,go under,goes under,get below,sink below",
    ),
    (
        &[Under],
        "younger than,newer than,fresher than,within,fall under,drop under,falls under,drops under,underneath,shorter than,inside,slip below,smaller,be less than,dips under,dip under,let it fall below,run below,get under",
    ),
    (
        &[Reach],
        "reach,reaches,up until,hit,hits,top out,get to,go to,climb to,grow to,rise to,be as big as,go up to,run to,run up to,grow up to,amount to,make up,makes up,making up,account for,represent,comprise,constitute",
    ),
    (&[Between], "between,from,during,in between,anywhere between"),
    (&[Outside], "outside,outside of,out of hours"),
    (
        &[About],
        "about,around,roughly,approximately,approx,circa,ca,or so,more or less,ish,exactly,precisely,close to,near,in the region of,something like",
    ),
    // Keeping, selling, buying.
    (
        &[Keep],
        "keep,keeps,keeping,kept,leave,leaves,leaving,hold,holding on to,hold on to,hold onto,holding onto,hang on to,hang onto,hanging on to,retain,retaining,maintain,maintaining",
    ),
    (
        &[Keep],
        "preserve,stick with,stick to,park,parked,reserve,set aside,put aside,keep aside,lay aside,save,remain,remains,stay,stays,stay at,remain at,leave at,have at hand,maintained,retained,left,held,hold back,store,cling to",
    ),
    (
        &[Stay],
        "stays where it is,stay where it is,stay where they are,stays put,stay put,alone,be,in place,untouched,intact,as it is,as they are,as is,where it is,where they are,is sacred,sacred,sacrosanct,stay,stays,must stay,to stay,remains untouched,is here to stay,here to stay,are here to stay,is staying,are staying,staying",
    ),
    (
        &[Own],
        "own,owns,owning,have,has,having,hold,holds,holding,possess,in my portfolio,exposure,exposure to,exposed to,exposed,get exposure to,be in,contain,containing,include,including,be invested in,invested in,involved in,involvement in",
    ),
    (
        &[Held],
        "held,owned,had,have had,i've had,i've held,i've owned,have held,have owned,been held,ago,we've had,we've held,we've owned,have been holding,old,younger than,older than,newer than,fresher than,in my possession,been in the account,in the account,i've been holding,having had,sat in",
    ),
    (
        &[Sell],
        "sell,sells,selling,sale,sales,sell off,sell out,selloff,sell down,selling off,for sale,dump,dumping,offload,offloading,unload,unloading,liquidate,liquidating,part with,parting with,get rid of,getting rid of,dispose of,disposing of,let go of,let go",
    ),
    (
        &[Sell],
        "divest,divesting,divest from,unwind,trim,trimming,cash out of,cash in,exit,exiting,close out,close,reduce my holding of,disposal,disposals,selling of,sale of,sales of,flog,shed,give up,sell any,get out of",
    ),
    (&[Sold], "sold,be sold,is sold,are sold,to be sold,being sold,gets sold,get sold,been sold,ever sold"),
    (&[Touch], "touch,touching,touched,be touched,mess with,tamper with,disturb,meddle with"),
    (
        &[Buy],
        "buy,buys,buying,purchase,purchases,purchasing,acquire,acquiring,acquisition,add,adding,add to,adding to,add any,top up,pick up,picking up,get into,buy into,buying into,get,getting,put money into,put my money into,put my money in,put any money into,put money in",
    ),
    (
        &[Buy],
        "be bought,to be bought,be purchased,load up on,accumulate,put any of my money in,put any of my money into,pour money into,increase my holding of,increase my position in,build up,snap up",
    ),
    (
        &[Bought],
        "bought,purchased,acquired,i bought,i purchased,i've bought,we bought,i acquired,i got,after buying,after purchase,of buying,of purchase,of purchasing,since purchase,from purchase,of acquiring,after it was bought,after it's bought,after buying it,of buying it,after i bought it,after i buy it,after i buy,new purchases,recent purchases,recently bought,newly bought",
    ),
    (
        &[Invest],
        "invest,invests,investing,invested,investment,investments,invest in,investing in,invest my money in,invest any money in,put,puts,putting,money,my money,capital,support,supporting,back,fund,finance,financing,profit from,profiting from,make money from,making money from,money from,earn from,going into,go into,goes into,flow into,end up in,used for,go to,going to",
    ),
    (
        &[Trade],
        "trade,trades,trading,traded,deal,dealing,transact,transacting,transaction,transactions,execute,executing,execution,executed,order,orders,place orders,placing orders,place trades,make trades,making trades,do trades,tinker,place,go in,go through,happen,take place,be placed,be executed,act,occur",
    ),
    (
        &[Rebalance],
        "rebalance,rebalances,rebalancing,rebalanced,rebalancings,adjust,adjustments,adjust the portfolio,trading days,trading day,trading session,trading sessions,rebalancing trades",
    ),
    (
        &[Order],
        "trade,trades,order,orders,transaction,transactions,deal,deals,anything,ones,ticket,tickets,purchase or sale,buys or sells,make,making,do,place,placing,execute",
    ),
    (
        &[Worth],
        "bother with,bother,bothering with,bother making,bother doing,bother placing,worth it,worth trading,worth my while,worth the bother,worth the hassle,worth the trouble,worthwhile,worth doing,worth making,waste time on,waste money on,waste time with,makes sense,make sense,ignore,ignoring,drop,forget,forget about,are pointless,is pointless,pointless,tiny,small,too small,disregard",
    ),
    (
        &[Prefer],
        "prefer,prefers,preferred,preference for,preferring,favour,favor,favours,favors,favourite,favorite,favouring,favoring,first choice,my first choice,go to,prioritise,prioritize,prioritising,prioritizing,priority,a priority,rather have,rather own,rather hold,i'd rather,rather,sooner,better,like better,lean towards,lean toward,default,of choice,tilt towards,tilt toward,tilt,preferable,preferably use",
    ),
    (
        &[Use],
        "use,uses,using,used,go with,go for,take,choose,pick,opt for,select,stick with,stick to,want,pick of,be,make,buy,give me,stay with",
    ),
    (
        &[Instead],
        "rather than,instead of,over,in place of,as opposed to,in preference to,not,better than,before,ahead of,above,more than,and not,versus,vs,instead,replace,to,where there's a choice,where there is a choice,given the choice,than",
    ),
    (
        &[Care],
        "care about,care deeply about,important,matter,matters,matter to me,matters to me,important to me,interested in,believe in,passionate about,keen on,value,a fan of,like,want,love,cares about,big on,dear to me,support,supporting,committed to,count,counts,care,careful about",
    ),
    (
        &[Focus],
        "focus,focus on,focused on,focusing on,emphasis on,emphasise,emphasize,concentrate on,lean into,tilt towards,tilt toward,weight towards,direct,align,aligned,aligned with,align with,channel,go towards,go to,with an eye to,pay attention to,attention to,into account,take into account,consider,oriented,make,have",
    ),
    // Money, gains, tax.
    (
        &[Cash],
        "cash,cash balance,cash position,in cash,liquid,liquidity,cash on hand,ready cash,ready money,cash equivalents,money market,hard cash,spare cash,dry powder,emergency cash,of cash,available cash,emergency fund,emergency money,emergency reserve,rainy day fund,rainy day money,rainy day,emergencies,emergency",
    ),
    (
        &[Buffer],
        "buffer,cushion,reserve,reserves,float,balance,cash balance,position,fund,safety net,pot,safety,security,safety cushion,pile,stash,in reserve,safe,backup,war chest,on hand,at hand,in hand,to hand,side,ready,available,accessible,there,lying around,liquid,in the bank",
    ),
    (
        &[Idle],
        "uninvested,not invested,un invested,don't invest it,do not invest it,on the side,on the sidelines,to one side,aside,unspent,out of the market,not put to work,untouched,idle,don't invest that,kept out",
    ),
    (
        &[Gains],
        "gain,gains,capital gains,cap gains,capital gain,cap gain,profit,profits,realised gains,realized gains,taxable gains,net gains,taxable gain",
    ),
    (&[ShortTerm], "short term,shortterm,short dated,st,s t,short term capital,short term cap"),
    (&[LongTerm], "long term,longterm,lt,long dated,long term ones,long term lots,long term holdings"),
    (
        &[Loss],
        "loss,losses,capital losses,cap losses,realised losses,realized losses,tax losses,losing,losers,loss positions,loss making,tax loss,tax losses",
    ),
    (
        &[Harvest],
        "harvest,harvests,harvesting,harvested,tax loss harvesting,tax loss harvest,loss harvesting,tlh,harvest tax losses,harvest losses,tax harvest,loss harvest,tax loss selling,crystallise,crystallize,crystallising",
    ),
    (
        &[Realise],
        "realise,realize,realising,realizing,realised,realized,realisation,realization,take,taking,book,booking,booked,lock in,locking in,use,using,use up,generate,generating,trigger,triggering,incur,incurring,create,creating,sell for,claim,claiming,deduct,write off,recognise,recognize,make,cause,causing,produce,come out of,end up with,run up,get,getting,offset,rack up,see",
    ),
    (
        &[Tax],
        "tax,taxes,tax bill,taxation,capital gains tax,cgt,tax cost,tax hit,tax burden,tax liability,in tax,in taxes,income tax,irs,the taxman,taxman,uncle sam,tax charge",
    ),
    (
        &[Pay],
        "pay,pays,paying,owe,owing,cost,cost me,costs,bill,hand over,spend,give,giving,lose to,liability,come to,amount to,due,resulting,extra,additional,caused by,from the trades,on the trades,from trading,on this,from this,rebalance,rebalancing,trades,trade,from rebalancing,cost us,set me back,be,in",
    ),
    (&[Dividend], "dividend,dividends,divs,dividend income,dividend payments,dividend treatment"),
    (
        &[Qualified],
        "qualified,qualify,qualifying,stay qualified,remain qualified,qdi,qualified status,qualified treatment,qualified dividend status,qualified dividend treatment",
    ),
    (
        &[Protect],
        "protect,protecting,preserve,preserving,safeguard,keep,keeping,maintain,prioritise,prioritize,guard,retain,maximise,maximize,favour,favor,prefer,look after,secure,a priority,priority,be careful with,care about,defend,important,first,respect,watch,stay,remain,treatment,status,treated,tax treatment,rate,make the most of,want",
    ),
    (
        &[Harm],
        "lose,losing,jeopardise,jeopardize,endanger,mess up,mess with,spoil,ruin,risk,screw up,forfeit,sacrifice,disqualify,harm,damage,put at risk,break,hurt,disturb,give up,miss out on,blow,wreck,compromise,touch,at risk,in danger",
    ),
    // Ethics.
    (
        &[Esg],
        "esg,esg rating,esg score,esg scores,esg ratings,esg grade,sustainability rating,sustainability score,msci esg,esg rated,esg investments,esg stocks,esg companies,esg investing,esg names",
    ),
    (
        &[Rated],
        "rating,ratings,rated,score,scores,scored,scoring,grade,grades,graded,msci,rate,standard,names,name,bar,quality,sustainability",
    ),
    (
        &[Impact],
        "impact investing,impact investment,impact investments,impact,sustainable,sustainability,sustainably,sustainable investing,socially responsible,social responsibility,responsible investing,responsible,green investing,green investments,green,ethical,ethically,ethics,ethical investing,do good,do some good,doing good,good in the world,sri",
    ),
    (
        &[Impact],
        "positive impact,social impact,environmental impact,good causes,planet,the planet,the environment,environment,environmental,make a difference,making a difference,difference in the world,make the world a better place,a better world,high esg,high esg ratings,high esg scores,highly rated esg,strong esg,good esg,better esg,values,my values,esg focused,esg friendly,climate friendly,eco friendly,impact funds,sustainable companies,sustainable businesses,good for the planet,good for society,good for the environment,helps the world,help the world,society,climate",
    ),
    (
        &[Anything, Held],
        "what i've held,what i have held,what i've owned,what we've held,what i've had,what has been held,whatever i've held,stuff i've held,things i've owned,things i've held,things i've had",
    ),
    (
        &[Anything, Bought],
        "what i bought,what i've bought,what i have bought,what was bought,whatever i bought,what i purchased,what i just bought,things i bought,stuff i bought,things i've bought,whatever was bought,that was bought,which was bought,was bought,were bought,that were bought,was purchased,were purchased,was acquired,were acquired",
    ),
    // Securities.
    (&[Etf], "etf,etfs,etf's,exchange traded fund,exchange traded funds,exchange traded"),
    (&[MutualFund], "mutual fund,mutual funds,mutuals,mutual,open ended funds,open end funds"),
    (
        &[Fund],
        "fund,funds,index fund,index funds,tracker,trackers,security,vehicle,holding,pick,version,option,choice,alternative,equivalent,equivalents,available,exists,comparable,similar,one",
    ),
    (
        &[Stock],
        "stock,share,equity,security,name,company,company's,ticker,firm,issuer,corporation,business,investment,bet",
    ),
    (
        &[Stocks],
        "stocks,shares,equities,securities,names,positions,holdings,companies,stake,position,holding,stock,share,equity,investment,investments,exposure,tickers,inc,corp,corporation,company,plc,firms,co,group,the company,businesses",
    ),
    (
        &[Company],
        "company,companies,maker,makers,producer,producers,manufacturer,manufacturers,industry,industries,firm,firms,business,businesses,operator,operators,corporation,corporations,related,sector,sectors,names,giants,stocks,stock,shares,investments,investment,funds,fund,groups,outfits,involved in,involved,that make,companies that sell,firms that sell,companies selling,firms selling,businesses selling,that produce,who make,making,producing,products,anything to do with,anything,assets,companies that,companies involved in,exposure,holdings,issuers,space",
    ),
    (
        &[Position],
        "position,positions,holding,holdings,bet,stake,allocation,weight,weighting,concentration,line,exposure,stock pick,name",
    ),
    (
        &[Concentration],
        "concentration,concentrated,concentrate,diversification,diversified,position size,position limit,position sizes,single stock limit,single stock risk",
    ),
    (
        &[Sector],
        "sector,sectors,industry sector,sector exposure,sector weight,sector limit,industry,part of the market",
    ),
    (
        &[AssetClass],
        "asset class,asset classes,class,market,markets,investments,investment,assets,asset,exposure,funds,fund,allocation,etfs,securities,side,stuff",
    ),
    (
        &[Portfolio],
        "my portfolio,the portfolio,my holdings,my investments,my stocks,portfolio,account,accounts,my account,the account,in the account,book,household,nest egg,net worth,wealth,savings,assets,holdings,total assets,money,my money,what i own,what i have,everything i own,of the whole,whole,pie,total,total value,account value,portfolio value,of my money,of my assets,of everything,equity,capital,pot,investments,my investments,invested,overall,in total",
    ),
    (
        &[Volatility],
        "volatility,vol,volatile,standard deviation,stdev,std dev,std deviation,risk volatility,portfolio volatility,annual volatility,annualised volatility,annualized volatility,swings,annual standard deviation,annualised,annualized,annual,sigma,price swings",
    ),
    (
        &[Commission],
        "commission,commissions,brokerage,brokerage fees,broker fees,brokers fees,trading fees,transaction fees,trading costs,trading cost,transaction costs,transaction cost,dealing costs,dealing charges,broker charges,fees,costs of trading,cost of trading,trading commissions,brokerage commissions,trading expenses,transaction charges,broker costs,brokerage costs",
    ),
    (&[Cost], "cost,costs,fees,trading costs,commissions,transaction costs,expenses,fee"),
    (
        &[Low],
        "unnecessary,needless,excessive,avoidable,low,as low as possible,lowest,lowest possible,down,to a minimum,at a minimum,minimal,minimum,to the minimum,small,as small as possible,cheap,cheaply,as cheap as possible,as cheaply as possible,as little as possible,as few as possible,as few,little,possible,few,fewest,least,tiny,modest,at the minimum,the lowest,as possible,lower,to the bone,in check,to the lowest,low as possible,low as you can,cheapest",
    ),
    (
        &[Minimise],
        "minimise,minimize,minimising,minimizing,reduce,reducing,cut,cut down on,lower,limit,limiting,keep down,save on,save,economise on,spend,pay,waste,hold down,run up,running up,rack up,go easy on,cut back on,wasting,watch,be frugal with,trim,optimise,optimize,minimised,minimized,prevent,cheap",
    ),
    (
        &[Drift],
        "drift,tracking,tracking error,staying on target,being on target,target allocation,allocation drift,hitting the targets,target weights,closeness to target,allocation,closeness to targets,staying close to target,balance,staying balanced,on target,targets",
    ),
    (&[Esg], "ethics,sustainability,ethical concerns"),
    (
        &[Daily],
        "daily,per day,a day,each day,in a day,in one day,on any day,on any one day,on any given day,any day,in a single day,every day,any given day,one day,a single day,in any one day,single day,day,within a day,same day,within one day",
    ),
    (
        &[Turnover],
        "turnover,volume,trading volume,change hands,traded,trade,trading,turn over,move,moved,be traded,churn,buy and sell,trades,be moved,shift,sell and buy,turned over,exchanged",
    ),
    (&[Size], "size,sizes,ticket size,minimum size,trade size,order size,dollar amount,notional"),
    (&[Lot], "lot,lots,tax lot,tax lots,lot number,lot no,lot id,the lot,parcel"),
    (
        &[Eastern],
        "eastern,eastern time,et,est,edt,new york time,new york,ny time,nyc time,east coast time,us eastern,market time,us eastern time,e.t.,exchange time,ny",
    ),
    (
        &[Hours],
        "hours,window,time window,time,times,o'clock,oclock,trading window,trading hours,the hours of,until,till,market hours,in the morning,in the afternoon,hour",
    ),
    // Corrections and repeats.
    (
        &[Correct],
        "actually,actually make that,actually make it,make that,make it,i mean,i meant,sorry i meant,sorry i mean,sorry,no wait,wait no,wait make that,or rather,correction,on second thought,on second thoughts,no make that,no make it,oops,let me correct that,let's say,lets say,no sorry,better make it,better make that,hmm,change that to,change it to,no actually,well actually,scratch that make it,scratch that make that",
    ),
    (
        &[Retract],
        "scratch that,strike that,forget that,forget it,forget i said that,ignore that,disregard that,cancel that,never mind that,delete that,take that back,i take that back,drop that,undo that,just kidding,only joking,jk",
    ),
    (
        &[Same],
        "same for,same goes for,the same for,the same goes for,same with,the same with,ditto,ditto for,likewise,likewise for,too,as well,either,also,same applies to,the same applies to,neither,and the same for,same thing for,same again for",
    ),
    (
        &[Enough],
        "enough,plenty,more than enough,too much,too many,enough of,plenty of,got enough,have enough,already have enough,already own enough,i've got enough,i've enough,already have plenty of,already have plenty,already own plenty of,already got enough,already have too much,already own,overweight",
    ),
    (
        &[More],
        "more,additional,further,extra,another,any more,anymore,any further,any additional,new,any new,fresh,further purchases of,more of",
    ),
    (
        &[Few],
        "some,at least some,a bit,a little,a bit of,at least a bit of,at least a bit,a little bit of,at least one share,at least one share of,one share of,a share of,at least a share,at least a share of,a position,at least a little,a little of,a small position,at least a small position,a few,a few shares of,a few shares,a piece of,a slice of,a bit,a token,token,one share,a single share of,at least a few shares of,part of,a stake,a stake in,a position in,a small,a core,core,a toehold,something",
    ),
    (
        &[Fully],
        "completely,entirely,sell out of,selling out of,sell out,all of,out of,fully,sell all of,sell all my,sell the last of,exit completely,totally,all my,the last,last share,the last share of,every last,sell every last,wholly,down to zero,to zero,run out of,be without,entire position,all the",
    ),
    (
        &[Anything],
        "anything,any of my holdings,any of my positions,any of my stocks,any of my shares,any of my investments,any holdings,any positions,any stocks,any shares,any of what i own,anything i own,anything i have,anything that i own,everything,all my holdings,all of my holdings,my holdings,my positions,my stocks,my investments,existing holdings,existing positions,what i have,what i own,what i hold,any securities,any of my stuff,my portfolio,any of the holdings,current holdings,my current holdings,anything else,stuff,all holdings,all positions,whatever,whatever i buy,things,holdings,positions,any lots,any of my lots,shares,something,investments,purchases,lots,stocks,assets,any assets,securities,everything i buy,anything i buy,all stocks",
    ),
    (&[Any], "any,any of,any one,at any one time,whatever,any kind of,any sort of,any type of,any given"),
    (&[All], "all,all of,all my,entire,both"),
    (&[Single], "single,individual,one,lone,any one,any single,any individual,a given,given,particular"),
    (&[Each], "each,every,per,apiece,a piece,every single,across"),
    (&[Only], "only,solely,exclusively,nothing but,just"),
    (
        &[First],
        "first,before anything else,before anything,before any other,before any others,before the others,before others,before all others,ahead of the others,first of all lots,to begin with,begin with,start with,starting with,start by selling,first to go,at the front,ahead of any other,before the rest,before everything else,prior to any other,before selling anything else,to start with,start,the first,the first to go,first to be sold,the first to be sold,first to sell,before other lots,before the other lots,before any other lot,before any other lots,before any of the others,ahead of the other lots,ahead of other lots,go first,goes first,be first,in first place,begin by selling,lead with",
    ),
    (
        &[Last],
        "last,past,previous,preceding,in the last,in the past,within the last,within the past,over the last,during the last,over the past,during the past,most recent",
    ),
    (&[Before], "before,earlier than,prior to,ahead of,sooner than"),
    (&[After], "after,later than,following,past"),
    (
        &[Then],
        "then,followed by,next,afterwards,after that,and then,finally,and finally,in that order,in this order,last,lastly,second,third,fourth,least,at the end,comes next,comes last,comes first,comes second,secondly,thirdly,least of all,and last,come,comes,and least,1,2,3,4,then comes,after which,only then,beats,trumps,outranks,>",
    ),
    (
        &[HoldingPeriod],
        "holding period,holding periods,hold period,holding time,minimum hold,min hold,hold time,holding,hold",
    ),
    (&[Wait], "wait,waiting,wait for,be patient for"),
    (
        &[Grow],
        "grow,grow to,run,run to,go,become,get,be,rise,rise to,climb,climb to,expand to,swell to,swell,go up,stretch to,go to,gets,become more than,become bigger than,let run",
    ),
    (
        &[Priority],
        "priorities,priority,prioritise,prioritize,order of importance,in order of importance,in order of priority,importance,rank,ranked,ranking,order,order of priority,most important,matters most,matter most,most,first,top,in order,my order,comes first,come first,above all,foremost,importantly,most importantly,priority order,number one,the order,important,least important,of most importance,main",
    ),
    (
        &[Fresh],
        "new money,new cash,fresh money,fresh cash,put the new cash to work,put the cash to work,put new cash to work,put new money to work,invest the new cash,invest the cash,invest new cash,invest new money,cash inflows,the new cash,the new money,new deposits,deposits,incoming cash,put cash to work,new contributions,contributions,purchases,with purchases,buys,by buying,through buying,buying,buy,additions,with the new cash,the cash,use new cash,the deposit",
    ),
    (
        &[Let],
        "let,lets,letting,allow,allows,stomach,handle,bear,live with,cope with,put up with,deal with,willing to have,willing to hold,happy to hold,happy to have,allowing",
    ),
    (&[Stay], "a keeper,is a keeper"),
    (
        &[Filler],
        "already,intend to,intend,plan to,planning to,plan on,mean to,i'm going to,am going to,would love to,i'd love to,i'd love,love to,hope to,feel better with,feel better if,feel safer with,feel comfortable with,feel more comfortable with,is required,are required,required,is needed,needed,a must,mandatory,is essential,in good conscience,the following,towards,toward,is up,are up,has passed,have passed,has gone by,the better,hereby,as follows",
    ),
    (
        &[Neg],
        "don't even think about,don't even think of,don't think about,don't think of,do not even think about,don't consider,nobody,no one,noone,not a cent,not a penny,not a dime,not one cent,not one penny,no money,none of my money",
    ),
    (&[Keep], "protect,protecting,target,targeting,aim at"),
    (&[Touch], "touches"),
    (
        &[Sell],
        "reduce,reduces,reducing,decrease,decreasing,shrink,sell orders,sell order,sell trades,sell transactions",
    ),
    (&[Buy], "increase,increasing,boost,boosting,enlarge"),
    (&[Fully], "entire,whole entire,go to zero,drop to zero,fall to zero,be zero,hit zero"),
    (
        &[Portfolio],
        "entire portfolio,my entire portfolio,the entire portfolio,whole portfolio,my whole portfolio",
    ),
    (&[Buffer], "handy,within reach"),
    (
        &[Invest],
        "give my money to,give money to,giving money to,send my money to,put my savings in,put my savings into",
    ),
    (
        &[Avoid],
        "anything but,everything but,anything except,everything except,anything other than,a moral objection to,moral objections to,an objection to,objections to,against my values,against my principles,against my beliefs,against my religion,against my conscience",
    ),
    (
        &[Company],
        "sin stocks,vice stocks,sin industries,make,makes,produce,produces,manufacture,manufactures,doing,running,run",
    ),
    (&[Impact], "greener,more sustainable,more ethical,cleaner"),
    (&[Prefer, Protect, Focus, Priority], "give priority to,giving priority to"),
    (
        &[Prefer],
        "give preference to,preference to,the first choice,first pick,my first pick,top choice,top pick,number one choice",
    ),
    (&[Instead], ">"),
    (
        &[Over, Volatility],
        "more volatile than,get more volatile than,become more volatile than,be more volatile than",
    ),
    (&[Enough], "high,big,huge,a lot of,lots of,much,too many,loads of"),
    (&[Care], "keep an eye on,keeping an eye on"),
    (
        &[Least],
        "if it's at least,if they are at least,if it is at least,when it's at least,if they're at least",
    ),
    (&[Over], "if it's over,if it's more than,if it is over,if they are over"),
    (&[Worth], "a waste of time,a waste of money,a waste,waste of time"),
    (
        &[Before, Held],
        "until i've held it for,until i've held it,until i have held it,until i have held it for,until it's been held,until it has been held for,until i've owned it for,until they have been held for,until i've held them for,until i've owned it,until it has been held",
    ),
    (
        &[Soft],
        "if absolutely necessary,if really necessary,if strictly necessary,if absolutely required,if unavoidable",
    ),
    (&[Trade, Hours], "trading hours,trading window"),
    (&[Trade], "go out,going out"),
    (&[Gains], "net capital gains,net realised gains,net realized gains,net taxable gains"),
    (&[Low], "the fewer,fewer,the fewest"),
    (
        &[Tax],
        "offset my income,against my income,offset income,offset gains,offset my gains,offset other gains",
    ),
    (&[Filler], "my rule,my rules,house rule,my preference,my instructions,my instruction,my wishes,my wish"),
    (
        &[Avoid],
        "i have a moral objection to,i have an objection to,have a moral objection to,have an objection to,have objections to,i have moral objections to,have moral objections to",
    ),
    (&[Least], "≥,> =,> = to"),
    (&[Most], "≤,< ="),
    (&[Under], "<"),
    (&[Filler], "while you're at it,while you are at it,while we're at it,while we are at it"),
    (&[Asked, Filler], "do i,do we"),
    (
        &[Neg],
        "not another cent,not another penny,not another dollar,not another dime,not a dollar,not one more cent",
    ),
    (&[Portfolio], "on the books,on my books,in the mix"),
    (
        &[Care],
        "play a major role,play a role,play a big role,plays a role,play a part,be a factor,a factor,a major factor,a big factor,high on my list,a must for me,close to my heart",
    ),
    (
        &[Least],
        "but nothing lower,nothing lower,nothing worse,but nothing worse,but nothing below,but nothing under,but not lower,but no lower,no lower,not lower,not worse,but not worse,is the lowest,is the minimum,is the least,lowest acceptable,the lowest acceptable,and nothing below,and nothing lower",
    ),
    (
        &[Prefer, Instead],
        "given a choice between,given the choice between,if there is a choice between,choosing between,when choosing between",
    ),
    (&[Permit], "happy for,fine for,ok for,okay for,okay with,ok with,fine with"),
    (&[Avoid], "makes no sense,make no sense,makes no sense to,no point in,no sense in,see no point in"),
    (
        &[Soft, Only],
        "only in an emergency,only in emergencies,only if necessary,only when necessary,only if absolutely necessary,only if you must,only if you have to,only as a last resort",
    ),
    (
        &[Most],
        "is the most often,the most often,most often,not a dollar more,but not a dollar more,not a penny more,not a cent more",
    ),
    (&[Trade], "filled,be filled,submitted,submit,be submitted,sent,be sent,entered"),
    (
        &[Filler],
        "any day,any day of the week,if something has to go,if anything has to go,do anything that would,do something that would,anything that would,do anything to",
    ),
    (
        &[Anything],
        "a single thing,a single share of anything,a single security,a single stock of mine,one single thing,a thing,any single share",
    ),
    (
        &[Then, Priority],
        "number one,number two,number three,number four,number 1,number 2,number 3,number 4,#1,#2,#3,#4",
    ),
    (&[Harm, Qualified], "disqualify,disqualifying,make them unqualified"),
    (
        &[Low],
        "as small as you can,as low as you can,as few as you can,as little as you can,as low as it gets",
    ),
    (
        &[ShortTerm, Gains],
        "short term capital gains tax,short term capital gains taxes,short term gains tax,short term tax",
    ),
    (&[Trade], "worth trading"),
    (&[Only, Condition], "only if,only where,only when"),
];
